import type { Finding } from '../../domain/preflight/finding.ts';
import { ServiceNamed } from '../fields/request-fields.ts';
import type { Contract } from '../route/contract.ts';

export const checkServiceContract = {
  name: 'checkService',
  method: 'POST',
  path: '/services/{name}/check',
  summary: 'Check what a deployment needs: the target, its alias, the alarms',
  needs: 'viewer',
  about: 'name',
  params: ServiceNamed,
  respond: (findings: readonly Finding[]) => ({ status: 200, body: { findings } }),
} as const satisfies Contract;
