import { routeTable } from '../../src/embedded/route-table.ts';
import { apiServer } from '../../src/embedded/server/api-server.ts';
import { listedDeploymentStore } from '../../src/store/deployment-pages.ts';
import { idempotencyStore } from '../../src/store/idempotency-store.ts';
import { outboxStore } from '../../src/store/outbox-store.ts';
import { pipelineRunStore } from '../../src/store/pipeline-run-store.ts';
import { reachableDatabase } from '../../src/store/reachable-database.ts';
import { serviceStore } from '../../src/store/service-store.ts';
import { verdictStore } from '../../src/store/verdict-store.ts';
import { systemClock, systemIds } from '../../src/system.ts';
import { aSpec } from '../domain/a-deployment.ts';
import { aScene } from '../operations/a-scene.ts';
import { type OwnSchema, ownSchema } from './own-schema.ts';

const DEPLOYS = 20;
const SERVERS = 4;
let schema: OwnSchema;
const servers: Awaited<ReturnType<typeof apiServer>>[] = [];
beforeAll(async () => {
  schema = await ownSchema();
});
afterAll(async () => {
  for (const server of servers) await server.close();
  await schema.drop();
});

/** Each server has its own pool, as each Lambda instance has. Only the database coordinates the servers. */
async function serverOn(scene: Awaited<ReturnType<typeof aScene>>) {
  const database = schema.open({ connectionsMax: 5 });
  const ports = {
    ...scene.ports,
    clock: systemClock,
    ids: systemIds,
    services: serviceStore(database),
    deployments: listedDeploymentStore(database, systemClock),
    pipelineRuns: pipelineRunStore(database, systemClock),
    outbox: outboxStore(database),
    verdicts: verdictStore(database),
    idempotency: idempotencyStore(database),
    reachable: { database: reachableDatabase(database), workflows: { check: async () => {} } },
  };
  const server = await apiServer({ routes: routeTable(ports, { log: () => {} }), port: 0, log: () => {} });
  servers.push(server);
  return { ports, url: `http://127.0.0.1:${server.port}` };
}

test('when twenty requests deploy one service at the same moment, one is accepted and nineteen get a conflict', async () => {
  const scene = await aScene();
  const behaviour = { errorPercent: 0, medianMs: 20, p99Ms: 80 };
  while (Number(scene.cloud.lambda.getFunction('checkout').lastVersion) < 41 + DEPLOYS) {
    scene.cloud.lambda.publishVersion({ functionName: 'checkout', code: { kind: 'modelled', behaviour } });
  }
  const running = await Promise.all(Array.from({ length: SERVERS }, () => serverOn(scene)));
  await running[0]?.ports.services.write({ spec: aSpec(), by: 'ada', at: systemClock.now() });

  const answers = await Promise.all(
    Array.from({ length: DEPLOYS }, async (_, index) => {
      const response = await fetch(`${running[index % SERVERS]?.url}/deploy`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', connection: 'close' },
        // Each request asks for its own version, because the same version would be the same deployment.
        body: JSON.stringify({ service: 'checkout', version: String(42 + index) }),
      });
      return { status: response.status, body: (await response.json()) as { id: string; deployment: string } };
    }),
  );

  const accepted = answers.filter(({ status }) => status === 202);
  expect(accepted).toHaveLength(1);
  const refused = answers.filter(({ status }) => status === 409);
  expect(refused).toHaveLength(DEPLOYS - 1);
  for (const { body } of refused) expect(body.deployment).toBe(`/deployments/${accepted[0]?.body.id}`);
  const { items } = (await running[0]?.ports.deployments.list({ service: 'checkout', limit: 100 })) ?? { items: [] };
  expect(items.map(({ id }) => id)).toEqual([accepted[0]?.body.id]);
});
