/**
 * One sequence of tests in one account: install, use, upgrade, remove. Later tests need the state that earlier tests
 * left.
 */

import { type Stage, setStage } from './a-stage.ts';
import { openAccount } from './account.ts';
import { type BakeClock, startBakeClock } from './bake-clock.ts';
import { founds, printClaims, proves } from './claims.ts';
import { emulatorInUse } from './emulator-build.ts';
import { readErrors } from './function-logs.ts';
import { handClaims } from './hand-claims.ts';
import { type Inventory, sizeOf, takeInventory } from './inventory.ts';
import { type EmulatorDoes, findLimits } from './limits.ts';
import { meetEmulator } from './meet-emulator.ts';
import { pluginClaims } from './plugin-claims.ts';
import { leftOutIn } from './refused-alarms.ts';
import { rolloutClaims } from './rollout-claims.ts';
import {
  DATABASE_URL,
  deployStack,
  readStack,
  removeSecret,
  removeStack,
  requests,
  type Settings,
  settleDatabase,
} from './slipway-stack.ts';
import { upgradeClaims } from './upgrade-claims.ts';

const account = openAccount();
let before: Inventory;
let stage: Stage;
let clock: BakeClock | undefined;
let does: EmulatorDoes;
let settings: Settings;

afterAll(async () => {
  await clock?.stop();
  for (const line of await readErrors(account)) process.stderr.write(`${line}\n`);
  const effort = `${account.calls()} calls of the AWS SDK and ${requests()} HTTP requests`;
  printClaims({ emulator: emulatorInUse(), effort });
  account.close();
});

founds('each limit of the emulator is observed before the tests work around it', async () => {
  before = await takeInventory(account);
  does = await findLimits(account);
  expect(await takeInventory(account)).toEqual(before);
  return 'and the probes leave nothing behind';
});

founds('serverless deploy installs the stack', async () => {
  settings = await settleDatabase(account);
  const { seconds, output } = await deployStack({ settings, does });
  const leftOut = does.makeAlarmsOnExpressions ? [] : leftOutIn(output);
  await meetEmulator(account, does);
  const added = sizeOf(await takeInventory(account)) - sizeOf(before);
  const but = leftOut.length === 0 ? 'whole' : `but ${leftOut.join(', ')}`;
  return `${seconds.toFixed(0)} s, ${but}; ${added} things that have a name`;
});

founds('/health and /ready are public, and every other route needs a token', async () => {
  const slipway = await readStack(account);
  const { client, apiUrl } = slipway;
  for (const path of ['/health', '/ready']) expect((await fetch(`${apiUrl}${path}`)).status).toBe(200);
  const refused = await fetch(`${apiUrl}/services`);
  expect(refused.status).toBe(401);
  expect(await client.listServices()).toEqual({ items: [] });
  expect(slipway.deploymentsTopicArn).not.toBe(slipway.incidentsTopicArn);
  stage = await setStage(account, { slipway, settings, does });
  if (!does.endWaits) clock = startBakeClock(account, { client, databaseUrl: DATABASE_URL });
  return '401; the tokens are made by `slipway token create` with the key of the stack in KMS';
});

rolloutClaims(() => stage);
handClaims(() => stage);
upgradeClaims(() => stage);
pluginClaims(() => stage);

proves('serverless remove leaves nothing', async () => {
  await clock?.stop();
  clock = undefined;
  await stage.strike();
  const { seconds } = await removeStack(settings);
  await removeSecret(account);
  expect(await takeInventory(account)).toEqual(before);
  return `${seconds.toFixed(0)} s`;
});
