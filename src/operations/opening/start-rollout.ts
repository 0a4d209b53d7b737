/**
 * POST /deploy. Runs preflight first. Then one transaction opens the deployment with its lock, its first timeline entry
 * and its notices. Only then does the state machine start, with the deployment's id as its name.
 */
import { type Access, decideStrategyAccess } from '../../domain/access/access.ts';
import { type Artifact, type Deployment, isInFlight, isLatest } from '../../domain/deployment/deployment.ts';
import { keyReusedError, wasTakenUp } from '../../domain/deployment/keyed-request.ts';
import type { Traced } from '../../domain/deployment/target-history.ts';
import { timeNeeded } from '../../domain/deployment/time-needed.ts';
import { isSlipwayError, SlipwayError } from '../../domain/errors.ts';
import { fingerprintIn } from '../../domain/lambda/fingerprint.ts';
import type { VersionFact } from '../../domain/lambda/version-fact.ts';
import type { Finding } from '../../domain/preflight/finding.ts';
import { judgePreflight } from '../../domain/preflight/preflight.ts';
import { specProblems } from '../../domain/preflight/spec-problems.ts';
import type { StartRolloutResult } from '../../domain/preflight/start-result.ts';
import type { FieldProblem, Service, ServiceSpec } from '../../domain/service/service-spec.ts';
import { planSteps, type Strategy } from '../../domain/service/strategy.ts';
import { targetKey, targetName, targetRules } from '../../domain/service/target.ts';
import type { Artifacts } from '../../ports/artifacts.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Clusters } from '../../ports/clusters.ts';
import type { Deployments, Opened, Opening } from '../../ports/deployments.ts';
import type { Ids } from '../../ports/ids.ts';
import type { Services } from '../../ports/services.ts';
import type { Traffic } from '../../ports/traffic.ts';
import type { Workflows } from '../../ports/workflows.ts';
import { orNull } from '../steps/or-null.ts';
import { historyOf, readTraces } from '../steps/read-target-history.ts';
import { answerWait, startWorkflow } from '../steps/start-workflow.ts';
import { recordUndone } from '../way-back/heal-promotions.ts';
import { takeTrafficBack } from '../way-back/take-traffic-back.ts';
import { artifactFor, artifactOf, readLatest } from './asked-artifact.ts';
import { type Facts, gatherFacts, type PreflightPorts } from './gather-facts.ts';
import { newRollout, type RolloutOrder } from './new-rollout.ts';
import { type Asked, existing, inFlightConflict, isFor, isSameRequest, repeated, takenUpOn } from './same-request.ts';
import { refuseStartVersion, unchangedBy } from './unchanged.ts';

export interface StartRolloutPorts extends PreflightPorts {
  readonly services: Services;
  readonly deployments: Deployments;
  readonly traffic: Traffic;
  readonly artifacts: Artifacts;
  readonly clusters: Clusters;
  readonly workflows: Workflows;
  readonly clock: Clock;
  readonly ids: Ids;
}

export interface StartRolloutInput {
  readonly service: string;
  /** Exactly one of `version` and `artifact`. */
  readonly version?: string | undefined;
  readonly artifact?: Artifact | undefined;
  readonly strategy?: Strategy | undefined;
  readonly commit?: string | undefined;
  readonly reason?: string | undefined;
  readonly dryRun?: boolean | undefined;
  readonly supersede?: boolean | undefined;
  readonly hotfix?: boolean | undefined;
  /** The pipeline run that asks for the deployment. */
  readonly pipelineRun?: string | undefined;
  readonly by: string;
  /** When left out, the caller cannot waive an approval. */
  readonly access?: Access | undefined;
  readonly requestKey: string | null;
}

export async function startRollout(ports: StartRolloutPorts, input: StartRolloutInput): Promise<StartRolloutResult> {
  const asks = artifactOf(input);
  const [service, opened] = await Promise.all([
    ports.services.read(input.service),
    input.dryRun ? null : ports.deployments.findByRequest(input),
  ]);
  const artifact = await artifactFor(ports, { artifact: asks, service });
  if (opened !== null) return repeated(ports, { opened, artifact, input });
  keepsApprovals(service, input);
  const spec = specFor(service, input.strategy);
  const traces = await readTraces(ports, spec.target);
  const past = traces.map(({ deployment }) => deployment);
  const request = { what: 'deploy', by: input.by, requestKey: input.requestKey, now: ports.clock.now() } as const;
  const asked = past.find((one) => one.kind === 'rollout' && wasTakenUp(one, request));
  if (asked !== undefined && !input.dryRun) {
    if (!isFor(asked, artifact)) throw keyReusedError(asked, input);
    return existing(ports, asked);
  }
  const [newest] = past;
  const inFlight = newest !== undefined && isInFlight(newest) ? newest : null;
  const latest = await readLatest(ports, { artifact, spec });
  if (inFlight !== null && !input.dryRun) {
    if (isSameRequest(inFlight, { artifact, latest, input }))
      return existing(ports, await takenUpOn(ports, { deployment: inFlight, what: 'deploy', input }));
    if (!input.supersede || inFlight.kind === 'rollback') throw await inFlightConflict(ports, inFlight);
  }

  const whole = await factsOf(ports, { spec, artifact, latest, input, traces, inFlight });
  const findings = judgePreflight(whole);
  const unchanged = unchangedBy(whole, { artifact, inFlight });
  if (input.dryRun) return { outcome: 'dryRun', findings, steps: planSteps(spec.strategy), unchanged };
  refuseStartVersion(whole, { inFlight });
  const live = passed(whole, { findings, isUnchanged: unchanged !== null });
  if (unchanged !== null) return { outcome: 'unchanged', unchanged };
  if (inFlight === null && whole.live !== null)
    await recordUndone(ports, { history: historyOf(traces), live: { ...whole.live, fingerprint: live.fingerprint } });

  const cleared = inFlight === null ? null : await clearTheWay(ports, { inFlight, by: input.by });
  const ground = cleared === null ? live : (groundOf(cleared, live) ?? live);
  const replaces = cleared?.id ?? null;
  const { alarms } = whole;
  const history = historyOf(traces);
  const rollout = newRollout(ports, {
    input,
    artifact,
    service,
    spec,
    live: ground,
    latest,
    alarms,
    history,
    replaces,
  });
  return open(ports, { rollout, artifact, latest, input, replaced: cleared });
}

interface Subject {
  readonly spec: ServiceSpec;
  readonly artifact: Artifact;
  readonly latest: VersionFact | null;
  readonly input: Pick<StartRolloutInput, 'hotfix'>;
  readonly traces: readonly Traced[];
  readonly inFlight: Deployment | null;
}

/** The superseded rollout will roll back its split of the alias, so the facts are those of the target without it. */
async function factsOf(
  ports: StartRolloutPorts,
  { artifact, latest, input, inFlight, ...asked }: Subject,
): Promise<Facts> {
  const wantedName = latest?.version ?? ('version' in artifact && !isLatest(artifact) ? artifact.version : null);
  const [read, codeProblem] = await Promise.all([
    gatherFacts(ports, { ...asked, wantedName, latest, hotfix: input.hotfix ?? false }),
    ports.artifacts.findProblem(asked.spec.target, artifact),
  ]);
  const facts = { ...read, artifact, codeProblem };
  if (inFlight === null || facts.live === null) return facts;
  return { ...facts, live: { ...facts.live, canaryPercent: 0 }, own: undefined };
}

function specFor({ name, spec }: Service, strategy: Strategy | undefined): ServiceSpec {
  if (strategy === undefined) return spec;
  const asked = { ...spec, strategy };
  const errors = specProblems(asked).filter((problem) => !isOld(problem, { spec, asked }));
  if (errors.length === 0) return asked;
  // The deadline is a field of the service. In this request, the caller can only correct the strategy.
  const ofRequest = errors.map(({ pointer, detail }) =>
    pointer === '/deadline'
      ? { pointer: '/strategy', detail: `${detail} The deadline is set by PUT /services/${name}.` }
      : { pointer, detail },
  );
  const details = ofRequest.map(({ pointer, detail }) => `${pointer}: ${detail}`).join(' ');
  const fact = `The strategy of this request does not fit the service ${name}.`;
  throw new SlipwayError('InvalidRequest', `${fact} ${details}`, { details: { errors: ofRequest } });
}

/** A spec from before its reader refused this is still accepted, unless the strategy makes the problem worse. */
function isOld(
  { pointer }: FieldProblem,
  { spec, asked }: { readonly spec: ServiceSpec; readonly asked: ServiceSpec },
) {
  if (pointer.startsWith('/strategy') || !specProblems(spec).some((known) => known.pointer === pointer)) return false;
  return pointer !== '/deadline' || timeNeeded(asked).totalMs <= timeNeeded(spec).totalMs;
}

/** Otherwise a deployer could avoid the approver by sending its own strategy. */
function keepsApprovals(
  { name, spec: { strategy: ofService } }: Service,
  { access, strategy: asked = ofService }: StartRolloutInput,
): void {
  const decision = decideStrategyAccess({ access, service: name, asked, ofService });
  if (decision.allowed) return;
  throw new SlipwayError('Forbidden', decision.because, { details: { reason: decision.reason } });
}

interface Judged {
  readonly findings: readonly Finding[];
  readonly isUnchanged: boolean;
}

/** A finding about an alarm refuses a new version. It does not prevent the answer that nothing changes. */
function passed({ spec, live, stableVersion }: Facts, { findings, isUnchanged }: Judged): Ground {
  const errors = findings.filter(
    ({ severity, check }) => severity === 'error' && !(isUnchanged && check.startsWith('alarm')),
  );
  if (errors.length === 0 && live !== null) return { ...live, fingerprint: stableVersion?.fingerprint ?? null };
  if (errors.length === 0 && !targetRules(spec.target).showsWhatIsLive) return UNSEEN;
  const ofCode = errors
    .filter(({ check }) => check === 'codeIsThere')
    .map(({ detail }) => ({ pointer: '/artifact', detail }));
  const details = { findings, ...(ofCode.length > 0 && { errors: ofCode }) };
  throw new SlipwayError('InvalidRequest', errors.map(({ detail }) => detail).join(' '), { details });
}

type Ground = RolloutOrder['live'];
/** The first task on the cluster finds what the cluster holds. */
const UNSEEN: Ground = { stable: null, revision: null, fingerprint: null };

/** Rolls back the superseded rollout first, so that all calls are on one version when the new rollout starts. */
async function clearTheWay(
  ports: StartRolloutPorts,
  { inFlight, by }: { readonly inFlight: Deployment; readonly by: string },
): Promise<Deployment | null> {
  const because = 'Superseded by a newer deployment';
  const cleared = await takeTrafficBack(ports, { deployment: inFlight, kind: 'supersede', because, by });
  // On a cluster, the deployment has ended by itself meanwhile, and stays as it ended.
  return targetRules(cleared.spec.target).isMovedByTask && !isInFlight(cleared) ? null : cleared;
}

/** The live version after the superseded rollout; null when that rollout never touched the target. */
function groundOf(cleared: Deployment, seen: Ground): Ground | null {
  const { canary, stable, liveRevision, spec } = cleared;
  if (!targetRules(spec.target).showsWhatIsLive) return UNSEEN;
  if (canary === null || stable === null || liveRevision === null) return null;
  const fingerprint = seen.stable === stable ? seen.fingerprint : fingerprintIn(cleared, stable);
  return { stable, revision: liveRevision, fingerprint };
}

/** If the deployment was promoted while its traffic was rolled back, it has ended: only the undo is left to record. */
function replacing(replaced: Deployment | null, by: string): Pick<Opening, 'superseding' | 'undoing'> {
  if (replaced === null) return {};
  if (replaced.status === 'promoted') return { undoing: replaced.id };
  return { superseding: { deploymentId: replaced.id, because: `Superseded by ${by}` } };
}

interface ToOpen extends Asked {
  readonly rollout: Deployment;
  readonly replaced: Deployment | null;
}

async function open(ports: StartRolloutPorts, { rollout, replaced, ...asked }: ToOpen): Promise<StartRolloutResult> {
  const because = rollout.reason ?? 'No reason was given.';
  const opened = await openOrFind(ports, {
    deployment: rollout,
    entries: [
      {
        kind: 'DeploymentOpened',
        by: rollout.by,
        because,
        data: { kind: 'rollout', artifact: rollout.artifact, from: rollout.stable },
      },
    ],
    ...replacing(replaced, rollout.id),
  });
  if ('before' in opened) return repeated(ports, { ...asked, opened: opened.before });
  if (!opened.opened) {
    if (isSameRequest(opened.inFlight, asked))
      return existing(
        ports,
        await takenUpOn(ports, { deployment: opened.inFlight, what: 'deploy', input: asked.input }),
      );
    throw await inFlightConflict(ports, opened.inFlight);
  }
  const deployment = await backIfLeft(ports, opened.deployment);
  await startWorkflow(ports, deployment);
  await answerWait(ports, opened.waitToken);
  return { outcome: 'opened', deployment };
}

/** When two requests with the same key come at once, the second finds what the first opened, even if that has ended. */
async function openOrFind(
  { deployments }: StartRolloutPorts,
  opening: Opening,
): Promise<Opened | { readonly before: Deployment }> {
  try {
    return await deployments.open(opening);
  } catch (error) {
    if (!isSlipwayError(error, 'Conflict') || error.details.known !== true) throw error;
    const before = await deployments.findByRequest(opening.deployment);
    if (before === null) throw error;
    return { before };
  }
}

/**
 * The service left the target while this deployment was opened, and found nothing in flight then. Its watch on that
 * target would never end, so the deployment rolls back.
 */
async function backIfLeft(ports: StartRolloutPorts, deployment: Deployment): Promise<Deployment> {
  const { service, spec } = deployment;
  const now = await orNull(ports.services.read(service));
  if (now !== null && targetKey(now.spec.target) === targetKey(spec.target)) return deployment;
  const because = `Service ${service} has left ${targetName(spec.target)}`;
  return takeTrafficBack(ports, { deployment, kind: 'abort', because, by: 'slipway' });
}
