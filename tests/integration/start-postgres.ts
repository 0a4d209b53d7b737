import { type LocalPostgres, startPostgres } from './local-postgres.ts';

declare global {
  var localPostgres: LocalPostgres | undefined;
}

// biome-ignore lint/style/noDefaultExport: jest asks for one
export default async function setup(): Promise<void> {
  if (process.env.DATABASE_URL) return;
  globalThis.localPostgres = await startPostgres();
  process.env.DATABASE_URL = globalThis.localPostgres.url;
}
