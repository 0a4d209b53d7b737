/**
 * Every request about a deployment, in every state of a deployment. A refusal may name a next step; that step must be
 * open at that moment, and must be accepted when it is taken.
 */
import type { Deployment } from '../../src/domain/deployment/deployment.ts';
import { openActions } from '../../src/domain/deployment/next-step.ts';
import { type ActionName, ADVANCES } from '../../src/domain/deployment/signal.ts';
import { isSlipwayError } from '../../src/domain/errors.ts';
import { abortDeployment } from '../../src/operations/opening/abort-deployment.ts';
import { retryDeployment } from '../../src/operations/opening/retry-deployment.ts';
import { startRollback } from '../../src/operations/opening/start-rollback.ts';
import { startRollout } from '../../src/operations/opening/start-rollout.ts';
import { signalDeployment } from '../../src/operations/rollout/signal-deployment.ts';
import { removeService } from '../../src/operations/services/remove-service.ts';
import { isLive } from '../../src/operations/steps/live-among.ts';
import { MINUTE } from '../domain/a-deployment.ts';
import { baking, by, deploy, goOn, planned, promoted, run, settle } from './a-rollout.ts';
import { aScene, type Scene } from './a-scene.ts';

const reason = 'because';
const abort = (scene: Scene, id: string) => abortDeployment(scene.ports, { id, reason, ...by });
const signal = (scene: Scene, { id, what }: { id: string; what: (typeof ADVANCES)[number] }) =>
  signalDeployment(scene.ports, { id, signal: what, reason, ...by });
const back = (scene: Scene) => startRollback(scene.ports, { service: 'checkout', reason, ...by });
const waiting = [{ setWeight: 10 }, { approve: { within: { minutes: 30 } } }] as const;

/** Each state is reached by the operations themselves. Returns the id of the deployment that is asked about. */
const states: readonly [string, (scene: Scene) => Promise<string>][] = [
  ['opened', deploy],
  ['planned', planned],
  ['baking', baking],
  [
    'baking with a pause not taken up',
    async (scene) => (await signal(scene, { id: await baking(scene), what: 'pause' })).id,
  ],
  [
    'paused',
    async (scene) => {
      const { id } = await signal(scene, { id: await baking(scene), what: 'pause' });
      await goOn(scene, id);
      return id;
    },
  ],
  [
    'waiting for an approval',
    async (scene) => {
      const id = await deploy(scene, { strategy: waiting });
      await run(scene, id);
      return id;
    },
  ],
  ['with an abort not taken up', async (scene) => (await abort(scene, await baking(scene))).id],
  [
    'aborted',
    async (scene) => {
      const { id } = await abort(scene, await baking(scene));
      await goOn(scene, id);
      return id;
    },
  ],
  ['promoted', promoted],
  [
    'promoted, with a later promotion over it',
    async (scene) => {
      const id = await promoted(scene);
      await scene.pass(MINUTE);
      await promoted(scene, { version: '43' });
      return id;
    },
  ],
  [
    'promoted and undone',
    async (scene) => {
      const id = await promoted(scene);
      await settle(scene, (await back(scene)).id);
      return id;
    },
  ],
  [
    'promoted, with its undo in flight',
    async (scene) => {
      const id = await promoted(scene);
      await back(scene);
      return id;
    },
  ],
  [
    'promoted, with a later rollout in flight',
    async (scene) => {
      const id = await promoted(scene);
      await baking(scene, { version: '43' });
      return id;
    },
  ],
  [
    'superseded',
    async (scene) => {
      const id = await baking(scene);
      await deploy(scene, { version: '43', supersede: true });
      return id;
    },
  ],
  [
    'a rollback in flight',
    async (scene) => {
      await promoted(scene);
      return (await back(scene)).id;
    },
  ],
  [
    'a rollback that is done',
    async (scene) => {
      await promoted(scene);
      const { id } = await back(scene);
      await settle(scene, id);
      return id;
    },
  ],
];

type Request = (scene: Scene, id: string) => Promise<unknown>;
const requests: readonly [string, Request][] = [
  ...ADVANCES.map((what): [string, Request] => [what, (scene, id) => signal(scene, { id, what })]),
  ['abort', abort],
  ['retry', (scene, id) => retryDeployment(scene.ports, { id, reason, ...by })],
  ['roll back', back],
  ['deploy', (scene) => startRollout(scene.ports, { service: 'checkout', version: '43', ...by })],
  [
    'deploy what is live',
    (scene) => startRollout(scene.ports, { service: 'checkout', version: '41', supersede: true, ...by }),
  ],
  ['remove the service', (scene) => removeService(scene.ports, { name: 'checkout', by: 'ada' })],
];

const cases = states.flatMap(([state, reach]) => requests.map(([what, ask]) => [state, what, reach, ask] as const));

test.each(cases)(
  'a deployment that is %s answers "%s" or names a next step that is open',
  async (_state, _what, reach, ask) => {
    const scene = await aScene();
    const id = await reach(scene);
    const refused = await ask(scene, id).then(
      () => null,
      (error: unknown) => error,
    );
    if (refused === null) return;
    if (!isSlipwayError(refused)) throw refused;

    const about = await deploymentAbout(scene, { id, message: refused.message });
    const open = openActions(about, { isLive: await isLive(scene.ports, about) });
    expect({ message: refused.message, open }).toEqual({
      message: refused.message,
      open: expect.arrayContaining(namedIn(refused.message)),
    });
    for (const action of namedIn(refused.message)) await take(scene, { about, action });
  },
);

/** A refusal may be about the deployment in the way, which is another one than the request names. */
async function deploymentAbout(scene: Scene, { id, message }: { id: string; message: string }): Promise<Deployment> {
  const named = /dep-\d+/.exec(message)?.[0] ?? id;
  return (await scene.ports.deployments.read(named)).deployment;
}

const STEPS: readonly [ActionName, RegExp][] = [
  ['approve', /\bapprove\b/i],
  ['promote', /\bpromote\b/i],
  ['pause', /\bpause\b/i],
  ['resume', /\bresume\b/i],
  ['skip', /\bskip\b/i],
  ['abort', /\babort\b/i],
  ['retry', /\/retry\b/],
  ['rollback', /POST \/rollback/],
];

/** The steps that the sentences after the fact name. What a sentence repeats of the request is no step. */
function namedIn(message: string): readonly ActionName[] {
  const words = message.replace(/(nothing is left to|nothing to|no steps to|there is nothing to) \w+/g, '');
  const facts = words.replace(/has a \w+ that is not taken up yet/, '').replace(/ended as \w+/, '');
  return STEPS.flatMap(([action, step]) => (step.test(facts) ? [action] : []));
}

async function take(scene: Scene, { about, action }: { about: Deployment; action: ActionName }): Promise<void> {
  const { id } = about;
  if (action === 'rollback') await back(scene);
  else if (action === 'retry') await retryDeployment(scene.ports, { id, reason, ...by });
  else if (action === 'abort') await abort(scene, id);
  // Each message names ways of which a person takes one. The abort of an earlier turn of this loop ends the others.
  else
    await signal(scene, { id, what: action }).catch((error: unknown) =>
      expect(scene.deployment(id).signal?.kind ?? error).toEqual(expect.any(String)),
    );
}
