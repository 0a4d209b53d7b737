/** Answers as the API gives them, for the docs page: those of the sample requests. */
import type { ContractName } from './all-contracts.ts';
import { CHECKOUT_SPEC, SAMPLE_DEPLOYMENT_ID, SAMPLE_REVISION, SAMPLE_RUN_ID } from './sample-requests.ts';
import type { DeploymentView, ServiceView, TimelineEntryView } from './views/views.ts';

const self = `/deployments/${SAMPLE_DEPLOYMENT_ID}`;

const opened: DeploymentView = {
  id: SAMPLE_DEPLOYMENT_ID,
  service: 'checkout',
  kind: 'rollout',
  status: 'opened',
  because: null,
  atPercent: 0,
  stable: '1',
  canary: null,
  artifact: { s3: { bucket: 'local', key: 'examples/checkout/good-new.mjs' } },
  commit: null,
  reason: 'The new basket',
  by: 'local',
  steps: [{ setWeight: 25 }, { bake: { seconds: 150 } }, { judge: {} }, { setWeight: 50 }, { bake: { seconds: 30 } }],
  step: { number: 1, of: 5, inWords: 'set weight 25 %', endsAt: null },
  signal: null,
  ignoredAlarms: [],
  specRevision: 1,
  openedAt: '2026-01-05T10:00:00.000Z',
  deadlineAt: '2026-01-05T11:00:00.000Z',
  settledAt: null,
  watchUntil: null,
  replaces: null,
  replacedBy: null,
  links: { self, timeline: `${self}#/timeline`, explain: `${self}/explain` },
  actions: [
    { do: 'promote', method: 'POST', href: `${self}/promote` },
    { do: 'pause', method: 'POST', href: `${self}/pause` },
    { do: 'abort', method: 'POST', href: `${self}/abort` },
  ],
};

const baking: DeploymentView = {
  ...opened,
  status: 'rollingOut',
  atPercent: 25,
  canary: '2',
  step: { number: 2, of: 5, inWords: 'bake', endsAt: '2026-01-05T10:02:32.000Z' },
};

const rolledBack: DeploymentView = {
  ...baking,
  status: 'rolledBack',
  because: 'Alarm checkout-errors turned red',
  atPercent: 0,
  step: null,
  settledAt: '2026-01-05T10:00:24.000Z',
  actions: [{ do: 'retry', method: 'POST', href: `${self}/retry` }],
};

const timeline: readonly TimelineEntryView[] = [
  {
    sequence: 1,
    at: '2026-01-05T10:00:00.000Z',
    kind: 'DeploymentOpened',
    by: 'local',
    because: 'The new basket',
    data: {},
  },
  {
    sequence: 2,
    at: '2026-01-05T10:00:02.000Z',
    kind: 'TrafficShifted',
    by: 'slipway',
    because: 'Step 1 of 5: 25 % of the calls.',
    data: { canaryPercent: 25 },
  },
];
const ended: TimelineEntryView = {
  sequence: 3,
  at: '2026-01-05T10:00:24.000Z',
  kind: 'DeploymentRolledBack',
  by: 'slipway',
  because: 'Alarm checkout-errors turned red',
  data: {},
};

const run = {
  id: SAMPLE_RUN_ID,
  service: 'checkout',
  revision: SAMPLE_REVISION,
  status: 'running',
  quarantine: 'none',
  by: 'ada@acme',
  reason: 'Release of Monday',
  stages: [
    { name: 'Source', status: 'succeeded', startedAt: '2026-01-05T09:50:00.000Z', endedAt: '2026-01-05T09:50:10.000Z' },
    { name: 'Build', status: 'running', startedAt: '2026-01-05T09:50:11.000Z', endedAt: null },
  ],
  startedAt: '2026-01-05T09:50:00.000Z',
  endedAt: null,
  links: { self: `/pipeline-runs/${SAMPLE_RUN_ID}`, deployment: null, release: null },
};

const service: ServiceView = {
  name: 'checkout',
  revision: 1,
  updatedAt: '2026-01-05T09:00:00.000Z',
  updatedBy: 'local',
  spec: {
    ...CHECKOUT_SPEC,
    judge: {
      ...CHECKOUT_SPEC.judge,
      falseRollbackPercent: 1,
      harmRatio: 1.5,
      minimumRequests: 100,
      metrics: [{ metric: 'errors', weight: 1, observedOnly: false }],
      endsBakesEarly: true,
    },
    hooks: { beforeTraffic: [], afterTraffic: [] },
  },
  links: { self: '/services/checkout' },
};

const finding = {
  severity: 'warning',
  check: 'alarmsNamed',
  subject: 'checkout',
  detail: 'No alarm is named, so only the judge can roll back. Name an alarm in the spec.',
};

const periods = [
  {
    startsAt: '2026-01-05T10:00:10.000Z',
    canary: { requests: 98, errors: 9, durationP99Ms: 61 },
    stable: { requests: 302, errors: 1, durationP99Ms: 59 },
  },
];

const unchanged = { outcome: 'unchanged', service: 'checkout', version: '1', because: 'Version 1 is live.' };
const explanation = {
  deployment: rolledBack,
  verdicts: [ended],
  turningPoints: [
    {
      ...{ sequence: 2, at: '2026-01-05T10:00:23.000Z', kind: 'TrafficTakenBack', by: 'alarm checkout-errors' },
      ...{ because: 'Alarm checkout-errors turned red', data: { canaryPercent: 0 } },
    },
  ],
  alarms: [],
  periods,
  judgement: null,
  pods: [],
  metrics: [],
};

/** By the status of the answer. A status without a body has none. */
export const sampleAnswers: Readonly<Record<ContractName, Readonly<Record<number, unknown>>>> = {
  startDeployment: { 202: opened, 200: { findings: [finding], steps: opened.steps } },
  startRollback: {
    202: { ...opened, kind: 'rollback', steps: [], step: null, canary: '1', reason: 'Customers cannot pay' },
  },
  listDeployments: { 200: { items: [baking], nextCursor: null } },
  readDeployment: { 200: { ...baking, pipeline: null, timeline } },
  explainDeployment: { 200: explanation },
  promoteDeployment: { 202: baking },
  pauseDeployment: { 202: baking },
  resumeDeployment: { 202: baking },
  skipDeployment: { 202: baking },
  approveDeployment: { 202: baking },
  abortDeployment: { 202: { ...baking, status: 'rollingBack', atPercent: 0, because: 'Orders fail in the logs' } },
  retryDeployment: { 202: opened, 200: unchanged },
  readPipelineRun: { 200: { ...run, timeline: [] } },
  putService: { 200: { ...service, revision: 2 }, 201: service },
  readService: { 200: service },
  listServices: { 200: { items: [service] } },
  removeService: {},
  checkService: { 200: { findings: [finding] } },
  releaseService: { 200: { service: 'checkout', released: [`/pipeline-runs/${SAMPLE_RUN_ID}`] } },
  readHealth: { 200: { status: 'ok', version: '1.0.0' } },
  readReadiness: { 200: { ready: true, parts: [{ name: 'database', ok: true, detail: 'It answers.' }] } },
  readOpenapi: {},
};
