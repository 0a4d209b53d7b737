import type { ServiceSpec } from '../../src/domain/service/service-spec.ts';
import { signalDeployment } from '../../src/operations/rollout/signal-deployment.ts';
import { MINUTE } from '../domain/a-deployment.ts';
import type { Scene } from './a-scene.ts';

/** A judge of the error rate, in periods of a minute. */
export const threshold = {
  kind: 'threshold',
  rules: [{ metric: 'errorRatePercent', moreThan: 5 }],
  failWhenAtLeast: 1,
  ofLastPeriods: 3,
  periodSeconds: 60,
  minimumRequests: 10,
} as const satisfies ServiceSpec['judge'];

export const pages = (scene: Scene) =>
  scene.delivered().filter(({ severity, channel }) => severity === 'page' && channel === 'notice');

/** The entry of the last verdict. */
const verdictEntry = (scene: Scene, id: string) => scene.timeline(id).findLast(({ kind }) => kind === 'VerdictReached');
export const verdictOf = (scene: Scene, id: string) => verdictEntry(scene, id)?.because;
export const evidenceOf = (scene: Scene, id: string) => verdictEntry(scene, id)?.data.evidence;

export const ask = (scene: Scene, { id, signal }: { id: string; signal: 'resume' | 'promote' | 'pause' }) =>
  signalDeployment(scene.ports, { id, signal, reason: 'as agreed', by: 'ada' });

/** Three minutes without an error. */
export const goodMinutes = (scene: Scene) => {
  for (let index = 1; index <= 3; index += 1) {
    scene.rows.push({
      startsAt: scene.now() - index * MINUTE,
      canary: { requests: 100, errors: 0, durationP99Ms: 20 },
      stable: { requests: 900, errors: 0, durationP99Ms: 20 },
    });
  }
};
