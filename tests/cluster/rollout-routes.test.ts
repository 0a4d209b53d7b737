import { aScene, ONE, TWO } from './a-scene.ts';

const scene = aScene();

const BAKE = { bake: { seconds: 4 } };

test('blue/green: the Service is switched to the new pods at once, and back after an alarm', async () => {
  const strategy = [BAKE, { setWeight: 100 }, { bake: { minutes: 10 } }];
  await scene.first({ name: 'blue', strategy, target: { route: { kind: 'blueGreen' } } });
  const trackOf = async (service: string) =>
    (await scene.namespace.read<{ spec: { selector: Record<string, string> } }>('service', service)).spec.selector[
      'slipway/track'
    ];
  expect([await trackOf('blue'), await trackOf('blue-preview')]).toEqual(['stable', 'canary']);

  const id = await scene.slipway.deploy('blue', TWO);
  await scene.slipway.atPercent(id, 100);
  expect([await trackOf('blue'), await trackOf('blue-preview')]).toEqual(['canary', 'canary']);
  expect(await scene.slipway.pods('blue')).toEqual({ [ONE]: 3, [TWO]: 3 });

  scene.slipway.turnRed('blue');
  expect(await scene.slipway.ended(id)).toMatchObject({ status: 'rolledBack', atPercent: 0 });
  expect(await trackOf('blue')).toBe('stable');
  expect(await scene.slipway.pods('blue')).toEqual({ [ONE]: 3 });
});

test.each([
  ['httpRoute', 'HTTPRoute'],
  ['albIngress', 'Ingress'],
] as const)('%s: the weights are set, read back, and 0 after a rollback', async (kind, resource) => {
  const name = kind.toLowerCase();
  await scene.namespace.apply(routeTo(name));
  const weights = async () => weightsIn(await scene.namespace.read(resource, name), name);
  await scene.first({
    name,
    strategy: [{ setWeight: 20 }, { bake: { minutes: 10 } }],
    target: { route: { kind, name } },
  });
  const id = await scene.slipway.deploy(name, TWO);
  await scene.slipway.atPercent(id, 20);
  expect(await weights()).toEqual({ [name]: 80, [`${name}-canary`]: 20 });
  expect(await scene.slipway.pods(name)).toEqual({ [ONE]: 3, [TWO]: 1 });

  await scene.slipway.client.promoteDeployment({ id, reason: 'It looks good' });
  expect(await scene.slipway.ended(id)).toMatchObject({ status: 'promoted' });
  expect(await weights()).toEqual({ [name]: 100, [`${name}-canary`]: 0 });
  expect(await scene.slipway.pods(name)).toEqual({ [TWO]: 3 });
});

/** A route as a team would write it, for either kind: all calls go to the workload. */
function routeTo(name: string) {
  if (name === 'httproute') {
    const rules = [{ backendRefs: [{ name, port: 80 }] }];
    return { apiVersion: 'gateway.networking.k8s.io/v1', kind: 'HTTPRoute', metadata: { name }, spec: { rules } };
  }
  const targetGroups = [{ serviceName: name, servicePort: 80, weight: 100 }];
  const action = JSON.stringify({ type: 'forward', forwardConfig: { targetGroups } });
  return {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'Ingress',
    metadata: { name, annotations: { [`alb.ingress.kubernetes.io/actions.${name}`]: action } },
    spec: { defaultBackend: { service: { name, port: { name: 'use-annotation' } } } },
  };
}

interface SeenRoute {
  readonly metadata: { readonly annotations?: Readonly<Record<string, string>> };
  readonly spec: { readonly rules?: readonly { readonly backendRefs: readonly Weighted[] }[] };
}
interface Weighted {
  readonly name?: string;
  readonly serviceName?: string;
  readonly weight: number;
}

function weightsIn({ metadata, spec }: SeenRoute, name: string): Record<string, number> {
  const action = metadata.annotations?.[`alb.ingress.kubernetes.io/actions.${name}`];
  const groups: readonly Weighted[] =
    action === undefined ? (spec.rules?.[0]?.backendRefs ?? []) : JSON.parse(action).forwardConfig.targetGroups;
  return Object.fromEntries(groups.map((group) => [group.name ?? group.serviceName, group.weight]));
}
