import type { Health } from '../../domain/health.ts';
import type { Contract } from '../route/contract.ts';

export const readHealthContract = {
  name: 'readHealth',
  method: 'GET',
  path: '/health',
  summary: 'Say that it is alive, without touching anything',
  needs: 'nobody',
  about: 'any',
  respond: (health: Health) => ({ status: 200, body: health }),
} as const satisfies Contract;
