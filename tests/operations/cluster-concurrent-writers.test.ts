import { aDeploymentObject } from '../domain/a-workload.ts';
import { aLiveWorkload } from './a-workload.ts';
import { planned } from './a-workload-crash.ts';
import { overtakenPort } from './a-workload-port.ts';

test("the stickiness of an ALB Ingress, and the team's other target groups, stay", async () => {
  const workload = await aLiveWorkload({ route: { kind: 'albIngress', name: 'shop-front' } });
  const ref = {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'Ingress',
    metadata: { name: 'shop-front', namespace: 'shop' },
  };
  const name = 'alb.ingress.kubernetes.io/actions.orders';
  const action = {
    type: 'forward',
    forwardConfig: {
      targetGroups: [
        { serviceName: 'orders', servicePort: 80, weight: 100 },
        { serviceName: 'shadow', servicePort: 80, weight: 0 },
      ],
      targetGroupStickinessConfig: { enabled: true, durationSeconds: 200 },
    },
  };
  workload.cluster.changeByHand({
    manager: 'team',
    ref,
    change: { metadata: { annotations: { [name]: JSON.stringify(action) } } },
  });
  const rollout = workload.rollout('good:2', { fence: 2 });
  await rollout.plan();
  await rollout.weigh(25);
  const now = JSON.parse(workload.cluster.find(ref)?.metadata.annotations?.[name] ?? '');
  expect(now.forwardConfig.targetGroupStickinessConfig).toEqual(action.forwardConfig.targetGroupStickinessConfig);
});

test("a Deployment that only has the canary's name is not deleted", async () => {
  const workload = await aLiveWorkload({ route: { kind: 'rolling' } });
  const other = {
    ...aDeploymentObject({
      name: 'orders-canary',
      containers: [{ name: 'app', image: 'other:1' }],
      labels: { app: 'orders-canary' },
    }),
    metadata: { name: 'orders-canary', namespace: 'shop' },
  };
  workload.cluster.applyByHand({ manager: 'team', object: other });
  const rollout = workload.rollout('good:2', { fence: 2, weights: [100] });
  await rollout.plan();
  await rollout.promote();
  expect(workload.find('Deployment', 'orders-canary')).toBeDefined();
});

test('an order that is fenced off between the guard and the read names the newer deployment', async () => {
  const ends: string[] = [];
  for (let nth = 10; nth < 16; nth += 1) {
    const s = await planned({ kind: 'replicas' });
    ends.push(
      await s.rollout
        .weigh(
          25,
          overtakenPort(s.workload.cluster.port, { nth, by: () => s.workload.start(s.rollout.orders.takeBack()) }).port,
        )
        .then(
          () => 'done',
          (e: Error) => e.message,
        ),
    );
  }
  expect(ends.filter((end) => end.includes('Find out who did it'))).toEqual([]);
});

test('a plan that arrives late, after its own shift, removes nothing', async () => {
  const { workload, rollout } = await planned({ kind: 'replicas' });
  await rollout.weigh(25);
  await workload.run(rollout.orders.plan());
  expect(workload.pods()).toEqual({ 'good:1': 3, 'good:2': 1 });
});
