/** A service as it was just registered, with what a preflight would say of its judge. */
import type { Service, ServiceSpec } from '../service/service-spec.ts';
import type { Finding } from './finding.ts';
import { judgeFindings } from './judge-doubts.ts';

export interface RegisteredService extends Service {
  readonly findings: readonly Finding[];
}

/** The traffic is known only where the spec says how the service is rehearsed; the ledger does not keep that part. */
export function registered(service: Service, { rehearsal, ...spec }: ServiceSpec): RegisteredService {
  return { ...service, findings: judgeFindings(spec, { requestsPerSecond: rehearsal?.requestsPerSecond }) };
}
