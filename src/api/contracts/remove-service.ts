import { ServiceNamed } from '../fields/request-fields.ts';
import type { Contract } from '../route/contract.ts';

export const removeServiceContract = {
  name: 'removeService',
  method: 'DELETE',
  path: '/services/{name}',
  summary: 'Take a service off the register; its deployments stay in the ledger, and a watch over them ends',
  needs: 'admin',
  about: 'name',
  params: ServiceNamed,
  respond: (_nothing: unknown) => ({ status: 204 }),
} as const satisfies Contract;
