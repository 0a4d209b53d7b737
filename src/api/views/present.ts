/** Converts domain data to the form of the API: times in ISO 8601, links, and the actions that are possible now. */

import { currentStep } from '../../domain/deployment/accept-signal.ts';
import { type Deployment, hasMovedNothing, isInFlight } from '../../domain/deployment/deployment.ts';
import { openActions, type Standing } from '../../domain/deployment/next-step.ts';
import { stepEndsAt } from '../../domain/deployment/rollout.ts';
import { type ActionName, isRetreat, type Signal } from '../../domain/deployment/signal.ts';
import type { TimelineEntry } from '../../domain/deployment/timeline.ts';
import type { Service } from '../../domain/service/service-spec.ts';
import { stepInWords } from '../../domain/service/strategy.ts';
import type { Reply } from '../route/contract.ts';
import { specWritten } from '../spec/written-alarms.ts';
import type { Action, DeploymentView, ServiceView, TimelineEntryView } from './views.ts';

/**
 * Status 202: the deployment is stored, and goes on after this answer. When a repeated request gets a deployment that was
 * promoted since, the answer leaves out the rollback: it does not know what is live now.
 */
export function accepted(deployment: Deployment): Reply & { readonly body: DeploymentView } {
  return {
    status: 202,
    headers: { location: deploymentLink(deployment.id) },
    body: presentDeployment(deployment),
  };
}

export function presentDeployment(deployment: Deployment, standing: Standing = {}): DeploymentView {
  const { id, service, kind, status, atPercent, stable, canary, artifact, commit, reason, by, steps } = deployment;
  const self = deploymentLink(id);
  return {
    id,
    service,
    kind,
    status,
    because: reasonNow(deployment),
    ...(hasMovedNothing(deployment) && { movedNothing: true }),
    atPercent,
    stable,
    canary,
    artifact,
    commit,
    reason,
    by,
    steps,
    step: presentStep(deployment),
    signal: deployment.signal && presentSignal(deployment.signal),
    ignoredAlarms: deployment.ignoredAlarms,
    specRevision: deployment.specRevision,
    openedAt: isoTime(deployment.openedAt),
    deadlineAt: isoTime(deployment.deadlineAt),
    settledAt: isoTimeOrNull(deployment.settledAt),
    watchUntil: isoTimeOrNull(deployment.watchUntil),
    replaces: deployment.replaces,
    replacedBy: deployment.replacedBy,
    // The timeline is a part of the deployment's own answer: the link is a JSON pointer into that answer (RFC 6901).
    links: { self, timeline: `${self}#/timeline`, explain: `${self}/explain` },
    actions: openActions(deployment, standing).map((action) => presentAction(action, self)),
  };
}

function presentSignal({ kind, because, by, at }: Signal): DeploymentView['signal'] {
  return { kind, because, by, at: isoTime(at) };
}

/** After the last step the promotion follows, which is not a step: it has no number, and a caller cannot name it. */
function presentStep(deployment: Deployment): DeploymentView['step'] {
  const { steps } = deployment;
  const number = currentStep(deployment);
  const step = steps[number - 1];
  if (!isInFlight(deployment) || step === undefined) return null;
  return { number, of: steps.length, inWords: stepInWords(step), endsAt: isoTimeOrNull(stepEndsAt(deployment)) };
}

export function presentEntry({ sequence, kind, at, by, because, data }: TimelineEntry): TimelineEntryView {
  return { sequence, at: isoTime(at), kind, by, because, data };
}

export function presentService({ name, spec, revision, updatedAt, updatedBy }: Service): ServiceView {
  const links = { self: `/services/${name}` };
  return { name, revision, updatedAt: isoTime(updatedAt), updatedBy, spec: specWritten(spec), links };
}

export function deploymentLink(id: string): string {
  return `/deployments/${id}`;
}

/** A rollback is a request about the service; every other action is a request about the deployment. */
function presentAction(action: ActionName, self: string): Action {
  return { do: action, method: 'POST', href: action === 'rollback' ? '/rollback' : `${self}/${action}` };
}

/** While a retreat is not taken up yet, the record still holds the reason for a pause, with steps that are not open. */
function reasonNow({ status, signal, because }: Deployment): string | null {
  return isInFlight({ status }) && status !== 'rollingBack' && isRetreat(signal) ? signal.because : because;
}

export function isoTime(at: number): string {
  return new Date(at).toISOString();
}

export function isoTimeOrNull(at: number | null): string | null {
  return at === null ? null : isoTime(at);
}
