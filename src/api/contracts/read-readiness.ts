import type { Readiness } from '../../domain/health.ts';
import type { Contract } from '../route/contract.ts';
import { PROBLEM_JSON } from '../route/problem.ts';

export const readReadinessContract = {
  name: 'readReadiness',
  method: 'GET',
  path: '/ready',
  summary: 'Say whether the database and the workflows can be reached, and if not, which one and why',
  needs: 'nobody',
  about: 'any',
  respond: (readiness: Readiness) => (readiness.ready ? { status: 200, body: readiness } : notReady(readiness)),
} as const satisfies Contract;

function notReady(readiness: Readiness) {
  const away = readiness.parts.filter(({ ok }) => !ok).map(({ name, detail }) => `${name}: ${detail}`);
  const problem = {
    type: 'urn:slipway:problem:unavailable',
    title: 'Unavailable',
    status: 503,
    detail: away.join(' '),
  };
  return {
    status: 503,
    headers: { 'content-type': PROBLEM_JSON, 'retry-after': '5' },
    body: { ...problem, ...readiness },
  };
}
