/** The judge between the judge steps: it rolls a bad canary back at once, and ends a bake when harm is ruled out. */
import { currentStep } from '../../domain/deployment/accept-signal.ts';
import { type Deployment, isInFlight } from '../../domain/deployment/deployment.ts';
import { mayEndBake } from '../../domain/deployment/rollout.ts';
import { isRetreat } from '../../domain/deployment/signal.ts';
import { judgeRows } from '../../domain/verdict/judge-rows.ts';
import { keptEvidence } from '../../domain/verdict/kept-evidence.ts';
import type { Verdicts } from '../../ports/verdicts.ts';
import type { ObservedCanary } from '../steps/observe-canary.ts';
import { type Reached, verdictEntry } from '../steps/verdict-entry.ts';
import { retreat } from '../way-back/retreat.ts';
import type { UndoPromotionPorts } from '../way-back/undo-promotion.ts';
import { knownStates } from './known-states.ts';

export type ObserveRowsPorts = UndoPromotionPorts & { readonly verdicts: Verdicts };

export interface ObservedRows {
  readonly deployment: Deployment;
  readonly observation: ObservedCanary;
  readonly now: number;
}

export async function observeRows(
  ports: ObserveRowsPorts,
  { deployment, observation, now }: ObservedRows,
): Promise<void> {
  const { judge, rows } = observation;
  const recent = rows.filter(({ startsAt }) => startsAt >= now - KEPT_MS);
  if (recent.length > 0) await ports.verdicts.record(deployment.id, recent);
  // The error of this judge grows with asking, so it is asked only at the judge step.
  if (judge.kind === 'mann-whitney' || deployment.atPercent === 0) return;
  const verdict = judgeRows(withoutRed(observation), knownStates);
  const reached = () => ({ verdict, evidence: keptEvidence(observation, verdict) });
  if (verdict.kind === 'unhealthy') await takeBack(ports, { deployment, reached: reached() });
  else if (mayEndBake(deployment, { verdict, now })) await endBake(ports, { deployment, reached: reached(), now });
}

/** `remediateAlarm` acts on a red alarm. A missing or silent alarm stays: it speaks against an early end of the bake. */
function withoutRed(observation: ObservedCanary): ObservedCanary {
  return { ...observation, alarms: observation.alarms.filter(({ state }) => state !== 'ALARM') };
}

/**
 * True when the canary's pods are bad. Then the canary is rolled back, whatever the judge is and even while a person holds the
 * rollout: bad pods do not answer their callers.
 */
export async function observePods(
  ports: ObserveRowsPorts,
  { deployment, observation }: Omit<ObservedRows, 'now'>,
): Promise<boolean> {
  const { pods } = observation;
  if (pods?.kind !== 'unhealthy') return false;
  const judge = { kind: 'alarms-only' } as const;
  const verdict = judgeRows({ ...withoutRed(observation), judge });
  await takeBack(ports, { deployment, reached: { verdict, evidence: verdict.evidence } });
  return true;
}

/** Each look stores the rows that are new and those that came late. The judge step and a rollback store all rows. */
const KEPT_MS = 10 * 60_000;

async function takeBack(
  ports: ObserveRowsPorts,
  { deployment, reached }: { readonly deployment: Deployment; readonly reached: Reached },
): Promise<void> {
  await ports.deployments.record(deployment.id, ({ deployment: current }) => {
    if (!isInFlight(current) || isRetreat(current.signal)) return null;
    return { deployment: current, entries: [verdictEntry(reached, current)] };
  });
  await retreat(ports, { deployment, kind: 'rollBack', because: reached.verdict.because, by: 'judge' });
}

/**
 * As for a person's skip, the signal is stored first and the token is answered second. Whether the bake may end is decided again
 * from the stored deployment, which may have changed since the look.
 */
async function endBake(
  { deployments, workflows }: ObserveRowsPorts,
  { deployment, reached, now }: { readonly deployment: Deployment; readonly reached: Reached; readonly now: number },
): Promise<void> {
  const { verdict } = reached;
  const recorded = await deployments.record(deployment.id, ({ deployment: current }) => {
    if (!mayEndBake(current, { verdict, now })) return null;
    const received = {
      kind: 'SignalReceived',
      by: 'judge',
      because: verdict.because,
      data: { signal: 'skip' },
    } as const;
    const signal = {
      kind: 'skip',
      because: verdict.because,
      by: 'judge',
      at: now,
      step: currentStep(current),
    } as const;
    return { deployment: { ...current, signal }, entries: [verdictEntry(reached, current), received] };
  });
  const { waitToken } = recorded;
  if (waitToken !== null && recorded.deployment.signal?.kind === 'skip') await workflows.answer(waitToken);
}
