import { type OwnSchema, ownSchema } from '../own-schema.ts';
import { runChaos } from './run-chaos.ts';

let schema: OwnSchema;
beforeAll(async () => {
  schema = await ownSchema();
});
afterAll(() => schema.drop());

/** `npm run chaos` is the same for three minutes. */
test('sixty clients over three processes whose backends are killed leave a ledger in which everything holds', async () => {
  const { complaints, killed, deployments } = await runChaos({ url: schema.url, seconds: 15 });
  expect(complaints).toEqual([]);
  expect(killed).toBeGreaterThan(10);
  expect(Object.keys(deployments).length).toBeGreaterThan(2);
}, 240_000);
