/**
 * Gives a registered service what it has in AWS already: its function, the alias on the first version, its traffic, and
 * the alarm `<function>-errors`. Only for a spec with a `rehearsal` part; repeatable.
 */
import type { Service, ServiceSpec } from '../domain/service-spec.ts';
import { putService } from '../operations/put-service.ts';
import type { Clock, Services } from '../ports.ts';
import type { RehearsalCloud } from '../rehearsal/cloud/cloud.ts';

const ERROR_PERCENT_MAX = 2;
const PERIOD_SECONDS = 10;

/** PUT /services of the embedded server. The function comes first, so that a bad handler leaves no half-registered service. */
export function putRehearsedService(cloud: RehearsalCloud) {
  return async (
    ports: { readonly services: Services; readonly clock: Clock },
    order: { spec: ServiceSpec; by: string },
  ): Promise<Service> => {
    rehearseService(cloud, order.spec);
    return putService(ports, order);
  };
}

export function rehearseService(cloud: RehearsalCloud, { target, rehearsal }: ServiceSpec): void {
  if (rehearsal === undefined) return;
  const { function: functionName, alias } = target;
  cloud.addFunction({ name: functionName, alias, artifact: { s3: { bucket: 'local', key: rehearsal.handler } } });
  cloud.setLoad({ functionName, alias, requestsPerSecond: rehearsal.requestsPerSecond });
  const name = `${functionName}-errors`;
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
