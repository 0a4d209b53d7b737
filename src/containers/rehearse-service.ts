/**
 * Gives a registered service what it has in AWS already: its function and the alias on the first version, or its workload on
 * a cluster; its traffic; the alarms that it describes; and the alarm `<function>-errors`. Only for a spec whose `rehearsal` part
 * has a handler; repeatable.
 */
import { type ErrorName, isSlipwayError, SlipwayError } from '../domain/errors.ts';
import { targetTaken } from '../domain/ledger.ts';
import type { Service, ServiceSpec } from '../domain/service-spec.ts';
import { targetKey } from '../domain/target.ts';
import type { ClusterPorts } from '../operations/cluster/workload-store.ts';
import { putService } from '../operations/put-service.ts';
import type { Clock, Services } from '../ports.ts';
import type { RehearsalCloud } from '../rehearsal/cloud/cloud.ts';
import { describedAlarm } from '../rehearsal/cloud/described-alarm.ts';
import { WORKLOAD_ALIAS, workloadFunction } from '../rehearsal/cloud/workload-calls.ts';
import { rehearseWorkload } from './rehearse-workload.ts';

const ERROR_PERCENT_MAX = 2;
const PERIOD_SECONDS = 10;
const WRONG_SPEC: readonly ErrorName[] = ['NotFound', 'Conflict', 'InvalidRequest'];

export interface Rehearsed {
  readonly cloud: RehearsalCloud;
  /** Null: Kubernetes services are on a real cluster, where nothing is made up. */
  readonly cluster: ClusterPorts | null;
}

/** PUT /services of the embedded server. The target comes first, so that a bad handler leaves no half-registered service. */
export function putRehearsedService(rehearsed: Rehearsed) {
  return async (
    ports: { readonly services: Services; readonly clock: Clock },
    order: { spec: ServiceSpec; by: string },
  ): Promise<Service> => {
    await requireFree(ports.services, order.spec);
    await rehearseService(rehearsed, order.spec).catch(asWrongSpec);
    return putService(ports, order);
  };
}

/** Asked before anything is made up, so that a refused service does not change the calls of the one that has the target. */
async function requireFree(services: Services, { name, target }: ServiceSpec): Promise<void> {
  const key = targetKey(target);
  const owner = (await services.list()).find((one) => one.name !== name && targetKey(one.spec.target) === key);
  if (owner !== undefined) throw targetTaken({ target, service: owner.name });
}

/** What the spec names is not there, or is in the way. That is a wrong spec, and not a service that is missing. */
function asWrongSpec(error: unknown): never {
  if (!isSlipwayError(error) || !WRONG_SPEC.includes(error.name)) throw error;
  const errors = [{ pointer: '/rehearsal', detail: error.message }];
  throw new SlipwayError('InvalidRequest', error.message, { details: { errors, ...error.details }, cause: error });
}

export async function rehearseService({ cloud, cluster }: Rehearsed, spec: ServiceSpec): Promise<void> {
  const { target, rehearsal, describedAlarms = [] } = spec;
  if (rehearsal?.handler === undefined) return;
  if (target.kind === 'kubernetes') {
    if (cluster === null) return;
    await rehearseWorkload({ cloud, ports: cluster, spec, target });
    putAlarm(cloud, { name: target.workload, functionName: workloadFunction(target), alias: WORKLOAD_ALIAS });
    return;
  }
  const { function: functionName, alias } = target;
  cloud.addFunction({ name: functionName, alias, artifact: { s3: { bucket: 'local', key: rehearsal.handler } } });
  cloud.setLoad({ functionName, alias, requestsPerSecond: rehearsal.requestsPerSecond });
  // A description that was changed makes another alarm of the same name.
  for (const described of describedAlarms) cloud.alarms.putAlarm(describedAlarm(described, target));
  cloud.setTriggers({ functionName, alias, triggers: rehearsal.triggers ?? [] });
  putAlarm(cloud, { name: functionName, functionName, alias });
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
