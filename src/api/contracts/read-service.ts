import type { Service } from '../../domain/service/service-spec.ts';
import { ServiceNamed } from '../fields/request-fields.ts';
import type { Contract } from '../route/contract.ts';
import { presentService } from '../views/present.ts';

export const readServiceContract = {
  name: 'readService',
  method: 'GET',
  path: '/services/{name}',
  summary: 'Read a service and the revision of its spec',
  needs: 'viewer',
  about: 'name',
  params: ServiceNamed,
  respond: (service: Service) => ({ status: 200, body: presentService(service) }),
} as const satisfies Contract;
