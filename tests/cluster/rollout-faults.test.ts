import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { aDeployment } from './a-deployment.ts';
import { aScene, ONE, TWO } from './a-scene.ts';
import { aSlipway, kubeconfigOfSlipway, type Shown } from './a-slipway.ts';
import { eventually } from './eventually.ts';
import { openGateway } from './kubectl-gateway.ts';
import { accessIn, kubeconfigWith } from './kubectl-settings.ts';

const STEPS = [{ setWeight: 50 }, { bake: { seconds: 2 } }];
const manifestsRoot = mkdtempSync(join(tmpdir(), 'slipway-manifests-'));
const scene = aScene({ labels: {}, manifestsRoot });

/** Returns what failed and why, as a person finds it in the timeline. */
function failureIn({ timeline }: Shown): string {
  return timeline.find(({ kind }) => kind === 'TaskFailed')?.because ?? '';
}

/** Checks that the version before is complete, and that no other object is left. */
async function isWhole(name: string, pods = 3): Promise<void> {
  await eventually(async () => expect(await scene.slipway.pods(name)).toEqual({ [ONE]: pods }));
  expect(await scene.namespace.list('pods', `slipway/workload=${name},slipway/track=canary`)).toEqual([]);
}

test.each([
  [
    'an image that cannot be pulled',
    'registry.example/missing:1',
    /with image registry.example\/missing:1 is in ImagePullBackOff.*Check the name of the image/,
  ],
  [
    'a container that crashes again and again',
    'registry.example/crashing:1',
    /is in CrashLoopBackOff.*Look at the logs of the pod/,
  ],
  [
    'pods that never become ready',
    'registry.example/unready:1',
    /0 of 3 pods are ready.*readiness probe does not pass.*It had 6 seconds/,
  ],
])('%s fails before a call moves, with the object and the reason in the timeline', async (_, image, says) => {
  const name = `pods-${image.replace(/^.*\/(.*):1$/, '$1')}`;
  await scene.first({ name, strategy: STEPS, target: { readyWithin: { seconds: 6 } } });
  const shown = await scene.slipway.ended(await scene.slipway.deploy(name, image));
  expect(shown).toMatchObject({ status: 'failed', atPercent: 0 });
  expect(failureIn(shown)).toMatch(says);
  await isWhole(name);
});

test('a canary for which a quota leaves no room fails before a call moves, with the figures of the quota', async () => {
  await scene.first({ name: 'poor', strategy: STEPS });
  const used = (await scene.namespace.list('pods')).length;
  const quota = {
    apiVersion: 'v1',
    kind: 'ResourceQuota',
    metadata: { name: 'few-pods' },
    spec: { hard: { pods: String(used) } },
  };
  await scene.namespace.apply(quota);
  await eventually(async () => {
    const { status } = await scene.namespace.read<{ status: { used?: { pods?: string } } }>(
      'resourcequota',
      'few-pods',
    );
    expect(status.used?.pods).toBe(String(used));
  });
  const shown = await scene.slipway.ended(await scene.slipway.deploy('poor', TWO));
  await scene.namespace.kubectl(['delete', 'resourcequota', 'few-pods']);
  expect(shown).toMatchObject({ status: 'failed' });
  expect(failureIn(shown)).toMatch(/poor-canary gets no pods:.*exceeded quota: few-pods/);
  await isWhole('poor');
});

test('a missing namespace is refused before anything is changed', async () => {
  const namespaceName = `${scene.namespace.name}-gone`;
  await scene.slipway.register({ name: 'nowhere', target: { namespace: namespaceName } });
  const shown = await scene.slipway.ended(await scene.slipway.deploy('nowhere', ONE));
  expect(shown).toMatchObject({ status: 'failed', canary: null });
  // An account of one namespace may not even read another one.
  expect(failureIn(shown)).toMatch(/forbidden|may not|not found/);
});

test('an account without permission is refused before any change, with the missing permission', async () => {
  const kubeconfig = await scene.namespace.kubeconfigFor('reader', [
    { apiGroups: ['', 'apps'], resources: ['*'], verbs: ['get', 'list'] },
  ]);
  const reader = await aSlipway({ namespace: scene.namespace, kubeconfig });
  try {
    await reader.register({ name: 'locked' });
    const shown = await reader.ended(await reader.deploy('locked', ONE));
    expect(shown).toMatchObject({ status: 'failed', canary: null });
    expect(failureIn(shown)).toMatch(
      /Slipway may not create deployments.apps, update deployments.apps, patch deployments.apps.*k8s\/access/,
    );
    expect(await scene.namespace.list('configmaps', 'slipway/workload=locked')).toEqual([]);
  } finally {
    await reader.close();
  }
});

test('manifests that the API server refuses are refused before anything is changed', async () => {
  folder('broken', {
    ...aDeployment({ name: 'broken' }),
    spec: { ...aDeployment({ name: 'broken' }).spec, replicas: -1 },
  });
  await scene.slipway.register({ name: 'broken', target: { manifests: { folder: 'broken' } } });
  const shown = await scene.slipway.ended(await scene.slipway.deploy('broken', ONE));
  expect(shown).toMatchObject({ status: 'failed', canary: null });
  expect(failureIn(shown)).toMatch(/plan failed \(InvalidRequest\).*spec.replicas/);
  await expect(scene.namespace.read('deployment', 'broken')).rejects.toThrow('not found');
});

test("in a team's own folder Slipway changes only image, replicas and labels", async () => {
  folder('own', { ...aDeployment({ name: 'own', replicas: 2, annotations: { team: 'blue' } }) });
  await scene.first({ name: 'own', strategy: STEPS, target: { manifests: { folder: 'own' } } });
  expect(await scene.slipway.ended(await scene.slipway.deploy('own', TWO))).toMatchObject({ status: 'promoted' });
  expect(await scene.slipway.pods('own')).toEqual({ [TWO]: 2 });
  const { spec } = await scene.namespace.read<{ spec: { template: { metadata: { annotations: object } } } }>(
    'deployment',
    'own',
  );
  expect(spec.template.metadata.annotations).toEqual({ team: 'blue' });
});

test('a field that another manager owns stops the deployment, and the hotfix that the message names succeeds', async () => {
  await scene.first({ name: 'shared', strategy: STEPS });
  await scene.namespace.kubectl(['set', 'image', 'deployment/shared', 'app=nginx:1.27']);
  await eventually(async () => expect(await scene.slipway.pods('shared')).toEqual({ 'nginx:1.27': 3 }));
  const shown = await scene.slipway.ended(await scene.slipway.deploy('shared', TWO));
  expect(shown).toMatchObject({ status: 'failed', canary: null });
  expect(failureIn(shown)).toMatch(/plan failed \(Conflict\).*kubectl-set.*image.*Deploy again with "hotfix": true/);
  expect(await scene.slipway.pods('shared')).toEqual({ 'nginx:1.27': 3 });

  const same = await scene.slipway.ended(await scene.slipway.deploy('shared', ONE));
  expect(failureIn(same)).toMatch(
    /another image by hand: nginx:1.27. Put it back with kubectl .* rollout undo deployment\/shared/,
  );
  await scene.namespace.kubectl(['--namespace', scene.namespace.name, 'rollout', 'undo', 'deployment/shared']);
  await eventually(async () => expect(await scene.slipway.pods('shared')).toEqual({ [ONE]: 3 }));

  const hotfix = { service: 'shared', artifact: { image: TWO }, hotfix: true };
  const started = await scene.slipway.client.startDeployment(hotfix);
  expect(await scene.slipway.ended('id' in started ? started.id : '')).toMatchObject({ status: 'promoted' });
  expect(await scene.slipway.pods('shared')).toEqual({ [TWO]: 3 });
  // From then on Slipway owns the field again.
  expect(await scene.slipway.ended(await scene.slipway.deploy('shared', ONE))).toMatchObject({ status: 'promoted' });
});

test('a Deployment of another tool is the version to which its first deployment can roll back', async () => {
  await scene.namespace.apply(aDeployment({ name: 'theirs', replicas: 2 }));
  const pods = () => scene.namespace.list('pods', 'app.kubernetes.io/name=theirs');
  await eventually(async () => expect(await pods()).toHaveLength(2));
  await scene.slipway.register({ name: 'theirs', strategy: [{ setWeight: 50 }, { bake: { minutes: 10 } }] });
  const id = await scene.slipway.deploy('theirs', TWO);
  await scene.slipway.atPercent(id, 50);
  expect(await scene.slipway.pods('theirs')).toEqual({ [ONE]: 2, [TWO]: 2 });
  await scene.slipway.client.abortDeployment({ id, reason: 'Seen enough' });
  expect(await scene.slipway.ended(id)).toMatchObject({ status: 'rolledBack' });
  expect(await scene.slipway.pods('theirs')).toEqual({ [ONE]: 2 });
});

test('an apply that is cut off is continued; a cluster that stays away is waited for, and then rolled back', async () => {
  const access = accessIn(await kubeconfigOfSlipway(scene.namespace, 'far'));
  const gateway = await openGateway(access);
  const kubeconfig = kubeconfigWith(await kubeconfigOfSlipway(scene.namespace, 'far-too'), {
    cluster: { server: gateway.url },
  });
  // Builds start at once, so that each fault hits its intended step. No function reaches the gateway, so each look is a
  // build too.
  const far = await aSlipway({ namespace: scene.namespace, kubeconfig, provisionMs: { ec2: 0, lambda: 0 } });
  try {
    await far.register({ name: 'remote', strategy: [{ setWeight: 50 }, { bake: { seconds: 5 } }] });
    expect(await far.ended(await far.deploy('remote', ONE))).toMatchObject({ status: 'promoted' });

    const id = await far.deploy('remote', TWO);
    await far.planned(id);
    gateway.fails('unanswered', 'PATCH');
    setTimeout(() => gateway.fails(null), 2_000);
    expect(await far.ended(id)).toMatchObject({ status: 'promoted' });
    expect(await far.pods('remote')).toEqual({ [TWO]: 3 });

    const second = await far.deploy('remote', 'nginx:1.27');
    await far.atPercent(second, 50);
    gateway.fails('lost', 'GET', 'PATCH', 'PUT', 'POST', 'DELETE');
    far.turnRed('remote');
    setTimeout(() => gateway.fails(null), 12_000);
    expect(await far.ended(second)).toMatchObject({ status: 'rolledBack', atPercent: 0 });
    expect(await far.pods('remote')).toEqual({ [TWO]: 3 });
  } finally {
    gateway.fails(null);
    await far.close();
    await gateway.close();
  }
});

function folder(name: string, ...objects: readonly object[]): void {
  mkdirSync(join(manifestsRoot, name));
  for (const [index, object] of objects.entries()) {
    writeFileSync(join(manifestsRoot, name, `${index}.json`), JSON.stringify(object));
  }
}
