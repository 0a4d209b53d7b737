import type { Service } from '../../domain/service/service-spec.ts';
import type { Contract } from '../route/contract.ts';
import { presentService } from '../views/present.ts';

export const listServicesContract = {
  name: 'listServices',
  method: 'GET',
  path: '/services',
  summary: 'List the services',
  needs: 'viewer',
  about: 'any',
  respond: (services: readonly Service[]) => ({ status: 200, body: { items: services.map(presentService) } }),
} as const satisfies Contract;
