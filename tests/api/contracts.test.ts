import type * as z from 'zod/mini';
import { type ContractName, contracts } from '../../src/api/all-contracts.ts';
import { answers } from '../../src/api/answers.ts';
import { replay } from '../../src/domain/verdict/replay.ts';
import { aDeployment, aSpec } from '../domain/a-deployment.ts';
import { aRun, REVISION } from '../domain/a-pipeline-run.ts';
import { aSequentialJudge } from '../domain/a-sequential-judge.ts';

const deployment = aDeployment({ signal: { kind: 'pause', because: 'look', by: 'ann', at: 1 } });
const service = (revision: number) => ({ name: 'checkout', spec: aSpec(), revision, updatedAt: 0, updatedBy: 'ann' });
const entry = {
  deploymentId: 'd-1',
  sequence: 1,
  at: 1,
  kind: 'VerdictReached',
  by: 'slipway',
  because: 'fine',
  data: { a: 1 },
} as const;
const period = {
  startsAt: 0,
  canary: { requests: 1, errors: 0, durationP99Ms: 3 },
  stable: { requests: 0, errors: 0, durationP99Ms: null },
};
const replayed = replay(aSequentialJudge(), { rows: [period], baseline: null, last: 9 });
const finding = { severity: 'warning', check: 'alarmsNamed', subject: 'checkout', detail: 'None.' } as const;
const run = aRun({
  revision: REVISION,
  stages: [{ name: 'Build', status: 'succeeded', startedAt: null, endedAt: 5 }],
  deploymentId: 'd-1',
  quarantine: 'inForce',
});
const c = contracts;
const alarms = [
  { name: 'checkout-errors', state: 'ok', because: 'Fine.', since: 1 },
  { name: 'checkout-latency', state: 'missing', because: 'There is none.', since: null },
] as const;
const explained = { deployment, verdicts: [], turningPoints: [], alarms, periods: [period] };

const unchanged = { service: 'checkout', version: '41', because: 'Version 41 is live.' };

test.each([
  ['startDeployment', 202, c.startDeployment.respond({ outcome: 'opened', deployment })],
  ['startDeployment', 202, c.startDeployment.respond({ outcome: 'existing', deployment })],
  [
    'startDeployment',
    200,
    c.startDeployment.respond({ outcome: 'dryRun', findings: [finding], steps: deployment.steps, unchanged: null }),
  ],
  ['startDeployment', 200, c.startDeployment.respond({ outcome: 'dryRun', findings: [], steps: [], unchanged })],
  ['startDeployment', 200, c.startDeployment.respond({ outcome: 'unchanged', unchanged })],
  ['retryDeployment', 200, c.retryDeployment.respond({ outcome: 'unchanged', unchanged })],
  ['startDeployment', 202, c.startDeployment.respond({ outcome: 'pipelineStarted', run })],
  ['readPipelineRun', 200, c.readPipelineRun.respond({ run, timeline: [entry] })],
  ['readDeployment', 200, c.readDeployment.respond({ deployment, timeline: [], pipeline: { run, timeline: [entry] } })],
  ['releaseService', 200, c.releaseService.respond({ service: 'checkout', released: ['run-1'] })],
  ['startRollback', 202, c.startRollback.respond(deployment)],
  ['listDeployments', 200, c.listDeployments.respond({ items: [deployment], nextCursor: null })],
  ['readDeployment', 200, c.readDeployment.respond({ deployment, timeline: [entry], pipeline: null })],
  [
    'explainDeployment',
    200,
    c.explainDeployment.respond({ ...explained, verdicts: [entry], turningPoints: [entry], replay: null }),
  ],
  ['explainDeployment', 200, c.explainDeployment.respond({ ...explained, replay: replayed })],
  ['abortDeployment', 202, c.abortDeployment.respond(deployment)],
  ['retryDeployment', 202, c.retryDeployment.respond({ outcome: 'opened', deployment })],
  ['pauseDeployment', 202, c.pauseDeployment.respond(deployment)],
  ['putService', 201, c.putService.respond(service(1))],
  ['putService', 200, c.putService.respond(service(2))],
  ['readService', 200, c.readService.respond(service(1))],
  ['listServices', 200, c.listServices.respond([service(1)])],
  ['removeService', 204, c.removeService.respond(undefined)],
  ['checkService', 200, c.checkService.respond([finding])],
  ['readHealth', 200, c.readHealth.respond({ status: 'ok', version: '1' })],
  ['readReadiness', 200, c.readReadiness.respond({ ready: true, parts: [] })],
] as const)('%s answers %i as the OpenAPI document says', (name: ContractName, status, reply) => {
  const good = answers[name].good as Readonly<Record<number, { readonly schema?: z.ZodMiniType }>>;
  expect(reply.status).toBe(status);
  expect(good).toHaveProperty(String(status));
  // The body passes through JSON, as a client gets it.
  const body = 'body' in reply ? JSON.parse(JSON.stringify(reply.body)) : undefined;
  expect(good[status]?.schema?.safeParse(body).error?.issues ?? []).toEqual([]);
});
