import { type OwnSchema, ownSchema } from '../own-schema.ts';
import { runChaos } from './run-chaos.ts';

let schema: OwnSchema;
beforeAll(async () => {
  schema = await ownSchema();
});
afterAll(() => schema.drop());

/** `npm run chaos` does the same for three minutes. */
test('every invariant of the ledger holds after sixty clients used three processes whose backends were killed', async () => {
  const { complaints, killed, deployments } = await runChaos({ url: schema.url, seconds: 15 });
  expect(complaints).toEqual([]);
  expect(killed).toBeGreaterThan(10);
  expect(Object.keys(deployments).length).toBeGreaterThan(2);
});
