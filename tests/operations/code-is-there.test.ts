/** What a look shows about the code of a request is said before anything is opened, and a dry run says the same. */
import type { Artifact } from '../../src/domain/deployment/deployment.ts';
import { retryDeployment } from '../../src/operations/opening/retry-deployment.ts';
import { startRollout } from '../../src/operations/opening/start-rollout.ts';
import { by } from './a-rollout.ts';
import { aScene, type Scene } from './a-scene.ts';

const stored: Artifact = { s3: { bucket: 'builds', key: 'missing.zip' } };
const MISSING = 's3://builds/missing.zip is not there. Upload it, or correct the name.';

async function aSceneWithout(problem: string | null): Promise<Scene> {
  const scene = await aScene();
  return { ...scene, ports: { ...scene.ports, artifacts: { findProblem: async () => problem } } };
}

const dryRun = (scene: Scene, artifact: Artifact) =>
  startRollout(scene.ports, { service: 'checkout', artifact, dryRun: true, ...by });

test('code that is not there is refused at the request, as a finding, and opens nothing', async () => {
  const scene = await aSceneWithout(MISSING);
  const finding = { severity: 'error', check: 'codeIsThere', subject: 's3://builds/missing.zip', detail: MISSING };
  await expect(startRollout(scene.ports, { service: 'checkout', artifact: stored, ...by })).rejects.toMatchObject({
    name: 'InvalidRequest',
    message: MISSING,
    details: { findings: [finding] },
  });
  expect(scene.ledger().deployments.size).toBe(0);
  expect(await dryRun(scene, stored)).toMatchObject({ outcome: 'dryRun', findings: [finding] });
});

test('code that is there, or about which nothing is known, is no finding', async () => {
  expect(await dryRun(await aSceneWithout(null), { s3: { bucket: 'builds', key: 'checkout.zip' } })).toMatchObject({
    findings: [],
  });
});

test('the retry of a deployment whose code was deleted since is refused at the request', async () => {
  const scene = await aSceneWithout(null);
  const opened = await startRollout(scene.ports, { service: 'checkout', artifact: stored, ...by });
  const { id } = (opened as { deployment: { id: string } }).deployment;
  await scene.ports.deployments.record(id, ({ deployment }) => ({
    deployment: { ...deployment, status: 'failed', settledAt: scene.now() },
    entries: [],
  }));
  const now = { ...scene.ports, artifacts: { findProblem: async () => MISSING } };
  await expect(retryDeployment(now, { id, reason: 'again', ...by })).rejects.toMatchObject({ message: MISSING });
});

test.each<['Zip' | 'Image', Artifact, RegExp]>([
  [
    'Zip',
    { image: '111122223333.dkr.ecr.eu-west-1.amazonaws.com/checkout:2' },
    /made of code in S3, and Lambda takes no image/,
  ],
  ['Image', stored, /made of an image, and Lambda takes no code from S3/],
])(
  'a function of package type %s refuses the other kind of code at the request',
  async (packageType, artifact, words) => {
    const scene = await aSceneWithout(null);
    const { versions } = scene.ports;
    const described = {
      ...versions,
      describe: async (...about: Parameters<typeof versions.describe>) => ({
        ...(await versions.describe(...about)),
        packageType,
      }),
    };
    const ports = { ...scene.ports, versions: described };
    await expect(startRollout(ports, { service: 'checkout', artifact, ...by })).rejects.toMatchObject({
      details: { findings: [{ check: 'codeIsThere', detail: expect.stringMatching(words) }] },
    });
  },
);
