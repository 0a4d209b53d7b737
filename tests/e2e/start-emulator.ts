import { type LocalPostgres, startPostgres } from '../integration/local-postgres.ts';
import { answers, type Emulator, ROOT_USER, startEmulator } from './emulator.ts';
import { type OwnDatabase, ownDatabase } from './own-database.ts';

declare global {
  var e2ePostgres: LocalPostgres | undefined;
  var e2eDatabase: OwnDatabase | undefined;
  var e2eEmulator: Emulator | undefined;
}

// biome-ignore lint/style/noDefaultExport: jest asks for one
export default async function setup(): Promise<void> {
  await settleAccount();
  if (!process.env.DATABASE_URL) {
    globalThis.e2ePostgres = await startPostgres();
    process.env.DATABASE_URL = globalThis.e2ePostgres.url;
  }
  globalThis.e2eDatabase = await ownDatabase(process.env.DATABASE_URL);
  process.env.SLIPWAY_TEST_DATABASE = globalThis.e2eDatabase.url;
}

async function settleAccount(): Promise<void> {
  const given = process.env.AWS_ENDPOINT_URL;
  if (!given) {
    // No profile, session or address of a real account may reach the tests.
    for (const name of Object.keys(process.env).filter((each) => each.startsWith('AWS_'))) delete process.env[name];
    globalThis.e2eEmulator = await startEmulator();
    Object.assign(process.env, ROOT_USER, {
      AWS_ENDPOINT_URL: globalThis.e2eEmulator.url,
      SLIPWAY_TEST_EMULATOR: 'own',
    });
    return;
  }
  // These tests create and delete resources, so they must only run in an emulator.
  if (/\.amazonaws\.com(\.cn)?$/.test(new URL(given).hostname)) {
    throw new Error(`AWS_ENDPOINT_URL is ${given}, which is AWS itself. Set it to an emulator, or unset it.`);
  }
  if (!(await answers(given))) throw new Error(`Nothing answers at AWS_ENDPOINT_URL=${given}. Start it, or unset it.`);
  for (const [name, value] of Object.entries(ROOT_USER)) process.env[name] ||= value;
}
