import type { Contract } from '../route/contract.ts';

export const readOpenapiContract = {
  name: 'readOpenapi',
  method: 'GET',
  path: '/openapi.json',
  summary: 'Read this document',
  needs: 'nobody',
  about: 'any',
  respond: (document: object) => ({ status: 200, headers: { 'cache-control': 'no-cache' }, body: document }),
} as const satisfies Contract;
