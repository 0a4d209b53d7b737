import { openAccount } from './account.ts';
import { printClaims, proves } from './claims.ts';
import { type Inventory, sizeOf, takeInventory } from './inventory.ts';
import { bringTables, deployStack, readStack, removeStack, type SlipwayStack } from './slipway-stack.ts';

const account = openAccount();
let before: Inventory;
let stack: SlipwayStack;

beforeAll(async () => {
  before = await takeInventory(account);
});

afterAll(async () => {
  printClaims('x');
  account.close();
});

proves('serverless deploy installs the stack', async () => {
  const { seconds } = await deployStack();
  await bringTables();
  stack = await readStack(account);
  return `${seconds.toFixed(0)} s`;
});

proves('health and ready', async () => {
  expect(await stack.client.readHealth()).toMatchObject({ status: 'ok' });
  expect(await stack.client.readReadiness()).toMatchObject({ ready: true });
  expect(await stack.client.listServices()).toEqual({ items: [] });
  return '';
});

proves('serverless remove leaves nothing', async () => {
  const installed = await takeInventory(account);
  const { seconds } = await removeStack();
  expect(await takeInventory(account)).toEqual(before);
  return `${seconds.toFixed(0)} s, ${sizeOf(installed) - sizeOf(before)}`;
});
