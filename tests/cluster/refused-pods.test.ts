/** Tests namespaces that refuse the pods of a version, by real admission and under the strictest Pod Security. */
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { aDeployment } from './a-deployment.ts';
import { aScene, ONE } from './a-scene.ts';
import { aSlipway, type Shown, type Slipway } from './a-slipway.ts';
import { eventually } from './eventually.ts';

const manifestsRoot = mkdtempSync(join(tmpdir(), 'slipway-manifests-'));
const scene = aScene({ manifestsRoot });

function folder(name: string, deployment: object): string {
  mkdirSync(join(manifestsRoot, name));
  writeFileSync(join(manifestsRoot, name, 'deployment.json'), JSON.stringify(deployment));
  return name;
}

function failureIn({ timeline }: Shown): string {
  return timeline.find(({ kind }) => kind === 'TaskFailed')?.because ?? '';
}

/** The pods of this workload are not hardened, so the namespace admits none of them. */
function softly(name: string, slipway: Slipway) {
  const manifests = { folder: folder(name, aDeployment({ name })) };
  return slipway.register({ name, target: { manifests, readyWithin: { minutes: 5 } } });
}

test('pods that Pod Security forbids fail a first version at once, and no Deployment is left', async () => {
  await softly('soft', scene.slipway);
  const shown = await scene.slipway.ended(await scene.slipway.deploy('soft', ONE));
  expect(shown).toMatchObject({ status: 'rolledBack' });
  expect(failureIn(shown)).toMatch(/soft gets no pods: .*violates PodSecurity "restricted/);
  await expect(scene.namespace.read('deployment', 'soft')).rejects.toThrow('not found');
});

test('a quota that leaves no room fails a first version at once, with its figures', async () => {
  const quota = {
    apiVersion: 'v1',
    kind: 'ResourceQuota',
    metadata: { name: 'no-pods' },
    spec: { hard: { pods: '0' } },
  };
  await scene.namespace.apply(quota);
  await eventually(async () => {
    const { status } = await scene.namespace.read<{ status: object }>('resourcequota', 'no-pods');
    expect(status).toHaveProperty('used');
  });
  await scene.slipway.register({ name: 'poor', target: { readyWithin: { minutes: 5 } } });
  const shown = await scene.slipway.ended(await scene.slipway.deploy('poor', ONE));
  await scene.namespace.kubectl(['delete', 'resourcequota', 'no-pods']);
  expect(failureIn(shown)).toMatch(/poor gets no pods: .*exceeded quota: no-pods/);
  await expect(scene.namespace.read('deployment', 'poor')).rejects.toThrow('not found');
});

test('the plan refuses a paused Deployment', async () => {
  const { spec, ...rest } = aDeployment({ name: 'paused' });
  const manifests = { folder: folder('paused', { ...rest, spec: { ...spec, paused: true } }) };
  await scene.slipway.register({ name: 'paused', target: { manifests } });
  const shown = await scene.slipway.ended(await scene.slipway.deploy('paused', ONE));
  expect(failureIn(shown)).toMatch(/plan failed \(InvalidRequest\).*spec.paused: true/);
  await expect(scene.namespace.read('deployment', 'paused')).rejects.toThrow('not found');
});

describe('a Slipway that has the permission to create pods', () => {
  let slipway: Slipway;
  beforeAll(async () => {
    const { namespace } = scene;
    slipway = await aSlipway({ namespace, kubeconfig: namespace.kubeconfig, manifestsRoot });
  });
  afterAll(() => slipway.close());

  test('the plan finds that the namespace admits none of the pods, and changes nothing', async () => {
    await softly('tried', slipway);
    const shown = await slipway.ended(await slipway.deploy('tried', ONE));
    expect(shown).toMatchObject({ status: 'failed', canary: null });
    expect(failureIn(shown)).toMatch(/would let no pod of tried in.*violates PodSecurity "restricted/);
    expect(await scene.namespace.list('configmaps', 'slipway/workload=tried')).toEqual([]);
  });

  test('the plan finds that a LimitRange forbids the resources of the containers', async () => {
    await scene.namespace.apply({
      apiVersion: 'v1',
      kind: 'LimitRange',
      metadata: { name: 'small' },
      spec: { limits: [{ type: 'Container', max: { cpu: '100m' } }] },
    });
    await slipway.register({ name: 'large' });
    const shown = await slipway.ended(await slipway.deploy('large', ONE));
    await scene.namespace.kubectl(['delete', 'limitrange', 'small']);
    expect(shown).toMatchObject({ status: 'failed', canary: null });
    expect(failureIn(shown)).toMatch(/would let no pod of large in.*maximum cpu usage per Container is 100m/);
  });
});
