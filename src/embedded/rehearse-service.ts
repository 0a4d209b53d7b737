/**
 * Gives a registered service what it would already have in AWS: its function with an alias on the first version (or its
 * workload on a cluster), its traffic, and its alarms. The alarms are those that the spec describes, and
 * `<function>-errors`. Only for a spec with a handler in its `rehearsal` part; repeatable.
 */

import { targetTaken } from '../domain/deployment/ledger.ts';
import { type ErrorName, isSlipwayError, SlipwayError } from '../domain/errors.ts';
import type { RegisteredService } from '../domain/preflight/registered-service.ts';
import type { LambdaTarget, Service, ServiceSpec } from '../domain/service/service-spec.ts';
import { onAlias, onCluster, targetKey } from '../domain/service/target.ts';
import { type PutServiceInput, putService } from '../operations/services/put-service.ts';
import { orNull } from '../operations/steps/or-null.ts';
import type { ClusterPorts } from '../operations/workload/workload-store.ts';
import type { Clock } from '../ports/clock.ts';
import type { Services } from '../ports/services.ts';
import { describedAlarm } from '../twin/alarms/described-alarm.ts';
import type { RehearsalCloud } from '../twin/cloud/cloud.ts';
import type { FirstVersion } from '../twin/cloud/first-version.ts';
import { calledAs, WORKLOAD_ALIAS, workloadFunction } from '../twin/cloud/workload-calls.ts';
import { rehearseWorkload } from './rehearse-workload.ts';
import { eventsOf, type ServiceFolder, sourceOf } from './rehearsed-source.ts';

const ERROR_PERCENT_MAX = 2;
const PERIOD_SECONDS = 10;
/** The timeout of a function that sets none, as in Lambda. */
const TIMEOUT_SECONDS = 3;
const WRONG_SPEC: readonly ErrorName[] = ['NotFound', 'Conflict', 'InvalidRequest'];

export interface Rehearsed {
  readonly cloud: RehearsalCloud;
  /** Null when Kubernetes services are on a real cluster, where nothing is simulated. */
  readonly cluster: ClusterPorts | null;
  /** The folder in which the rehearsal was started: the files that a request names are below it. */
  readonly root: string;
  /** By service, why the handler of its spec is not live. */
  readonly notes: Map<string, string>;
  readonly tell: (service: string, line: string) => void;
}

/**
 * PUT /services of the embedded server. The target is made first, so that a bad handler leaves no half-registered
 * service.
 */
export function putRehearsedService(rehearsed: Rehearsed) {
  return async (
    ports: { readonly services: Services; readonly clock: Clock },
    { folder, ...order }: PutServiceInput & { readonly folder?: ServiceFolder | undefined },
  ): Promise<RegisteredService> => {
    await requireFree(ports.services, order);
    const before = await orNull(ports.services.read(order.spec.name));
    await rehearseService(rehearsed, { spec: order.spec, folder }).catch((error: unknown) => {
      throw asWrongRequest(error, '/rehearsal');
    });
    const service = await putService(ports, order);
    await leaveTarget(rehearsed, { before, now: service });
    return service;
  };
}

/**
 * Checked before anything is simulated, so that a refused service does not change the calls of the service that has the
 * target.
 */
async function requireFree(services: Services, { spec, takeFrom }: PutServiceInput): Promise<void> {
  const { name, target } = spec;
  const key = targetKey(target);
  const owner = (await services.list()).find((one) => one.name !== name && targetKey(one.spec.target) === key);
  if (owner?.name === takeFrom) return;
  if (owner !== undefined) throw targetTaken({ target, service: owner.name });
}

/** A target that the service has left gets no more calls. */
async function leaveTarget(
  { cloud }: Rehearsed,
  { before, now }: { readonly before: Service | null; readonly now: Service },
): Promise<void> {
  if (before === null || targetKey(before.spec.target) === targetKey(now.spec.target)) return;
  await cloud.stopLoad(calledAs(before.spec.target));
}

/**
 * Something that the request names does not exist or is in the way. Then the request is wrong, and no service is
 * missing.
 */
export function asWrongRequest(error: unknown, pointer: string): unknown {
  if (!isSlipwayError(error) || !WRONG_SPEC.includes(error.name)) return error;
  const errors = [{ pointer, detail: error.message }];
  return new SlipwayError('InvalidRequest', error.message, { details: { errors, ...error.details }, cause: error });
}

export interface RehearsedService {
  readonly spec: ServiceSpec;
  /** The folder of its slipway.yml; left out when the service came in a request. */
  readonly folder?: ServiceFolder | undefined;
}

export async function rehearseService(rehearsed: Rehearsed, { spec, folder }: RehearsedService): Promise<void> {
  const { cloud, cluster, root, tell } = rehearsed;
  const { rehearsal } = spec;
  if (rehearsal?.handler === undefined) return;
  const source = sourceOf(rehearsal, folder ?? { base: root, within: root });
  const events = eventsOf(rehearsal, [...source.bases, root]);
  const alias = onAlias(spec.target);
  if (alias !== null) await rehearseFunction(rehearsed, { spec, target: alias, source, events });
  const target = onCluster(spec.target);
  if (target === null || cluster === null) return;
  await rehearseWorkload({ cloud, ports: cluster, spec, target, source, events, root, tell });
  putAlarm(cloud, { name: target.workload, functionName: workloadFunction(target), alias: WORKLOAD_ALIAS });
}

interface RehearsedFunction {
  readonly spec: ServiceSpec;
  readonly target: LambdaTarget;
  readonly source: ReturnType<typeof sourceOf>;
  readonly events: ReturnType<typeof eventsOf>;
}

async function rehearseFunction(
  rehearsed: Rehearsed,
  { spec, target, source, events }: RehearsedFunction,
): Promise<void> {
  const { cloud } = rehearsed;
  const { rehearsal, describedAlarms = [] } = spec;
  if (rehearsal?.handler === undefined) return;
  const { function: functionName, alias } = target;
  const { handler, requestsPerSecond, environment = {}, timeoutSeconds = TIMEOUT_SECONDS } = rehearsal;
  const artifact = { s3: { bucket: 'local', key: handler } };
  const timeoutMs = timeoutSeconds * 1_000;
  const first = await cloud.putHandler({ name: functionName, alias, artifact, source, environment, timeoutMs });
  noteOutcome(rehearsed, { spec, first });
  cloud.setLoad({ functionName, alias, requestsPerSecond, events });
  // A changed description replaces the alarm of the same name.
  for (const described of describedAlarms) cloud.alarms.putAlarm(describedAlarm(described, target));
  cloud.setTriggers({ functionName, alias, triggers: rehearsal.triggers ?? [] });
  putAlarm(cloud, { name: functionName, functionName, alias });
}

function noteOutcome(
  { notes, tell }: Rehearsed,
  { spec, first }: { readonly spec: ServiceSpec; readonly first: FirstVersion },
): void {
  const { name, rehearsal } = spec;
  notes.delete(name);
  if (first.outcome === 'replaced')
    tell(name, `version ${first.version} is replaced by ${rehearsal?.handler} as it is now`);
  if (first.outcome !== 'stays') return;
  const key = JSON.stringify({ s3: { bucket: 'local', key: rehearsal?.handler } });
  const fact = `Version ${first.version} stays live: ${rehearsal?.handler} is not what version 1 was made of, and deployments have followed it.`;
  const note = `${fact} Deploy it: POST /deploy with the artifact ${key}.`;
  notes.set(name, note);
  tell(name, note);
}

function putAlarm(
  cloud: RehearsalCloud,
  { name: stem, functionName, alias }: { readonly name: string; readonly functionName: string; readonly alias: string },
): void {
  const name = `${stem}-errors`;
  if (cloud.alarms.list().some((alarm) => alarm.name === name)) return;
  cloud.alarms.putAlarm({
    name,
    metric: 'ErrorRate',
    dimensions: { FunctionName: functionName, Resource: `${functionName}:${alias}` },
    periodSeconds: PERIOD_SECONDS,
    evaluationPeriods: 1,
    datapointsToAlarm: 1,
    threshold: ERROR_PERCENT_MAX,
    comparison: 'GreaterThanThreshold',
    treatMissingData: 'notBreaching',
  });
}
