/**
 * Requests that work as they are, for the docs page. The first sample of an operation works with `npm start`, where the
 * services checkout and orders exist. No sample switches a guard off.
 */
import type { ContractName } from './all-contracts.ts';

export interface RequestSample {
  /** What the request is for, in a few words. */
  readonly summary: string;
  readonly body: unknown;
}

/** The values of parameters in the path and in the query. */
export interface SampleRequest {
  readonly parameters?: Readonly<Record<string, unknown>>;
  readonly bodies?: Readonly<Record<string, RequestSample>>;
}

export const SAMPLE_DEPLOYMENT_ID = 'dep-0mk0s1c5k4f1d2c3b4a5968778695';
export const SAMPLE_REQUEST_ID = '889e94a7-e9d7-47c3-891d-621e8e594a78';
export const SAMPLE_RUN_ID = '6a4f4f1c-9b1e-4c3e-8b0a-2d6f1f0e7c55';
export const SAMPLE_REVISION = '2f6c1e0b9d7a4c3e8f5b6a7d8c9e0f1a2b3c4d5e';

const ofDeployment = { id: SAMPLE_DEPLOYMENT_ID };
const ofService = { name: 'checkout' };

function because(reason: string, summary: string): SampleRequest {
  return { parameters: ofDeployment, bodies: { reason: { summary, body: { reason } } } };
}

export const CHECKOUT_SPEC = {
  name: 'checkout',
  target: { kind: 'lambda', function: 'checkout', alias: 'live' },
  strategy: [
    { setWeight: 25 },
    { bake: { seconds: 150 } },
    { judge: {} },
    { setWeight: 50 },
    { bake: { seconds: 30 } },
  ],
  alarms: ['checkout-errors'],
  judge: { kind: 'sequential', metrics: [{ metric: 'errors' }], periodSeconds: 10, warmUp: { seconds: 10 } },
  noData: 'hold',
  watch: { minutes: 10 },
  deadline: { hours: 1 },
} as const;

export const sampleRequests: Readonly<Record<ContractName, SampleRequest>> = {
  startDeployment: {
    bodies: {
      npmStart: {
        summary: 'A handler of the examples, with npm start',
        body: {
          service: 'checkout',
          artifact: { s3: { bucket: 'local', key: 'examples/checkout/good-new.mjs' } },
          reason: 'The new basket',
        },
      },
      dryRun: {
        summary: 'Only check',
        body: { service: 'checkout', version: 'latest', dryRun: true },
      },
      version: {
        summary: 'A published version of a Lambda function',
        body: { service: 'checkout', version: '42', commit: SAMPLE_REVISION, reason: 'The new basket' },
      },
      code: {
        summary: 'Code in S3, from which a version is published',
        body: {
          service: 'checkout',
          artifact: { s3: { bucket: 'acme-builds', key: 'checkout/2f6c1e0b.zip' } },
          reason: 'The new basket',
        },
      },
      image: {
        summary: 'An image, on Kubernetes',
        body: {
          service: 'orders',
          artifact: { image: 'local/examples/orders/good-new.mjs:2' },
          reason: 'Faster totals',
        },
      },
      revision: {
        summary: 'A commit, through the pipeline',
        body: { service: 'checkout', revision: SAMPLE_REVISION, reason: 'Release of Monday' },
      },
    },
  },
  startRollback: {
    bodies: {
      before: {
        summary: 'To the version before',
        body: { service: 'checkout', reason: 'Customers cannot pay since 14:05' },
      },
      version: {
        summary: 'To a version that was live',
        body: { service: 'checkout', to: '41', reason: 'Customers cannot pay since 14:05' },
      },
    },
  },
  listDeployments: { parameters: { status: ['inFlight'] } },
  readDeployment: { parameters: ofDeployment },
  explainDeployment: { parameters: ofDeployment },
  promoteDeployment: because('I compared both versions by hand', 'Promote at any step'),
  pauseDeployment: because('We look at the logs first', 'Pause'),
  resumeDeployment: because('The logs are clean', 'Go on'),
  skipDeployment: because('The load test is done', 'End the bake'),
  approveDeployment: {
    parameters: ofDeployment,
    bodies: {
      step: { summary: 'Approve the step that you saw', body: { reason: 'Agreed with the shop team', step: 2 } },
    },
  },
  abortDeployment: because('Orders fail in the logs', 'Abort'),
  retryDeployment: because('The payment provider is back', 'Deploy the same again'),
  readPipelineRun: { parameters: { id: SAMPLE_RUN_ID } },
  putService: {
    parameters: ofService,
    bodies: {
      lambda: { summary: 'A service on Lambda, with every step written out', body: CHECKOUT_SPEC },
      short: {
        summary: 'The shortest spec; the defaults fill in the rest',
        body: { name: 'checkout', target: { kind: 'lambda', function: 'checkout' }, alarms: ['checkout-errors'] },
      },
    },
  },
  readService: { parameters: ofService },
  listServices: {},
  removeService: { parameters: ofService },
  checkService: { parameters: ofService },
  releaseService: {
    parameters: ofService,
    bodies: { reason: { summary: 'Release', body: { reason: 'The cause is mended in 2f6c1e0b' } } },
  },
  readHealth: {},
  readReadiness: {},
  readOpenapi: {},
};
