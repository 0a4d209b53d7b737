/** Converts domain data to the form of the API: times in ISO 8601, links, and the actions that are possible now. */

import { acceptSignal, currentStep } from '../../domain/deployment/accept-signal.ts';
import { type Deployment, isInFlight } from '../../domain/deployment/deployment.ts';
import { stepEndsAt } from '../../domain/deployment/rollout.ts';
import type { Signal } from '../../domain/deployment/signal.ts';
import type { TimelineEntry } from '../../domain/deployment/timeline.ts';
import type { Service } from '../../domain/service/service-spec.ts';
import { stepInWords } from '../../domain/service/strategy.ts';
import type { Reply } from '../route/contract.ts';
import { specWritten } from '../spec/written-alarms.ts';
import type { Action, DeploymentView, ServiceView, TimelineEntryView } from './views.ts';

/** Status 202: the deployment is stored, and goes on after this answer. */
export function accepted(deployment: Deployment): Reply & { readonly body: DeploymentView } {
  return {
    status: 202,
    headers: { location: deploymentLink(deployment.id) },
    body: presentDeployment(deployment),
  };
}

export function presentDeployment(deployment: Deployment): DeploymentView {
  const { id, service, kind, status, atPercent, stable, canary, artifact, commit, reason, by, steps } = deployment;
  const self = deploymentLink(id);
  return {
    id,
    service,
    kind,
    status,
    because: deployment.because,
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
    actions: actionsNow(deployment),
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

/** The actions that a person can take now. Actions that the domain would refuse are left out. */
function actionsNow(deployment: Deployment): Action[] {
  const self = deploymentLink(deployment.id);
  if (isInFlight(deployment)) {
    return (['approve', 'promote', 'pause', 'resume', 'skip', 'abort'] as const)
      .filter((kind) => acceptSignal(deployment, kind).answer === 'record')
      .map((kind) => ({ do: kind, method: 'POST', href: `${self}/${kind}` }));
  }
  if (deployment.kind === 'rollback' || deployment.status === 'unchanged') return [];
  if (deployment.status !== 'promoted') return [{ do: 'retry', method: 'POST', href: `${self}/retry` }];
  return deployment.replacedBy === null ? [{ do: 'rollback', method: 'POST', href: '/rollback' }] : [];
}

export function isoTime(at: number): string {
  return new Date(at).toISOString();
}

export function isoTimeOrNull(at: number | null): string | null {
  return at === null ? null : isoTime(at);
}
