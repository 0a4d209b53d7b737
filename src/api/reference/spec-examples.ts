/**
 * The examples of the reference page of slipway.yml, each under the field that it shows. An example without `name` or
 * `target` belongs into a file that has them. A test reads each one as Slipway reads a file.
 */

export interface SpecExample {
  readonly field: string;
  readonly shows: string;
  readonly yaml: string;
}

export const SPEC_EXAMPLES: readonly SpecExample[] = [
  {
    field: 'target',
    shows: 'A Lambda function',
    yaml: `name: checkout
target: { kind: lambda, function: checkout, alias: live }
alarms: [checkout-errors]`,
  },
  {
    field: 'target',
    shows: 'A workload on Kubernetes, whose manifests Slipway renders',
    yaml: `name: orders
target:
  kind: kubernetes
  cluster: production
  namespace: shop
  workload: orders
  route: { kind: replicas }
  manifests: { port: 8080, replicas: 3, environment: { CURRENCY: EUR }, secrets: [orders-database] }
  readyWithin: { minutes: 2 }
alarms: [orders-errors]`,
  },
  {
    field: 'target',
    shows: 'A workload with its own manifests, behind an Ingress that measures both versions',
    yaml: `name: orders
target:
  kind: kubernetes
  cluster: production
  namespace: shop
  workload: orders
  route: { kind: albIngress, name: shop }
  manifests: { folder: deploy/overlays/prod, container: app }
  metricsFrom:
    kind: targetGroups
    loadBalancer: app/shop/0123456789abcdef
    stable: targetgroup/orders/0123456789abcdef
    canary: targetgroup/orders-canary/fedcba9876543210
alarms: [orders-errors]`,
  },
  { field: 'strategy', shows: 'A preset', yaml: 'strategy: linear10PercentEvery1Minute' },
  {
    field: 'strategy',
    shows: 'Steps, with an approval before the second half',
    yaml: `strategy:
  - setWeight: 10
  - bake: { minutes: 5 }
  - judge: {}
  - setWeight: 50
  - bake: { minutes: 10 }
  - judge: {}
  - approve: { within: { hours: 1 } }`,
  },
  { field: 'alarms', shows: 'An alarm that exists, by its name', yaml: 'alarms: [checkout-errors]' },
  { field: 'alarms', shows: 'Failed requests', yaml: 'alarms: [{ errorsAbove: 1 %, over: 1 minute }]' },
  {
    field: 'alarms',
    shows: 'Answers with a status of 500 or more',
    yaml: 'alarms: [{ serverErrorsAbove: 0.5 %, over: 5 minutes, name: checkout-5xx }]',
  },
  {
    field: 'alarms',
    shows: 'Slow requests',
    yaml: 'alarms: [{ latencyAbove: 800 ms, percentile: 95, over: { minutes: 2 } }]',
  },
  { field: 'judge', shows: 'The alarms alone', yaml: 'judge: { kind: alarms-only }' },
  {
    field: 'judge',
    shows: 'Fixed limits',
    yaml: `judge:
  kind: threshold
  rules:
    - { metric: errorRatePercent, moreThan: 1 }
    - { metric: durationP99Ms, moreThan: 800, observedOnly: true }
  failWhenAtLeast: 2
  ofLastPeriods: 3`,
  },
  {
    field: 'judge',
    shows: 'A comparison with the stable version in the same periods',
    yaml: `judge:
  kind: sequential
  falseRollbackPercent: 1
  harmRatio: 1.5
  metrics: [{ metric: errors }, { metric: latency, weight: 0.5 }]
  warmUp: { seconds: 60 }`,
  },
  {
    field: 'judge',
    shows: 'A comparison with the stable version once at each judge step, which needs a longer bake',
    yaml: `strategy: [{ setWeight: 25 }, { bake: { minutes: 30 } }, { judge: {} }]
judge: { kind: mann-whitney, metrics: [errorRatePercent, durationP99Ms] }`,
  },
  { field: 'noData', shows: 'Too little traffic ends the rollout', yaml: 'noData: rollBack' },
  {
    field: 'hooks',
    shows: 'A function before the first call, and an address after the promotion',
    yaml: `hooks:
  beforeTraffic: [{ function: "checkout-smoke-test:live" }]
  afterTraffic: [{ webhook: https://hooks.example.com/checkout }]`,
  },
  { field: 'watch', shows: 'Half an hour', yaml: 'watch: { minutes: 30 }' },
  { field: 'deadline', shows: 'Four hours', yaml: 'deadline: { hours: 4 }' },
  {
    field: 'rehearsal',
    shows: 'A handler with its traffic, and a model of the service',
    yaml: `rehearsal:
  handler: src/app.handler
  requestsPerSecond: 40
  event: { GET /orders: 3, POST /orders: 1 }
  environment: { TABLE: orders }
  timeoutSeconds: 10
  layers: [layers/shared]
  triggers: [{ kind: queue, name: orders, calledAs: live, requestsPerSecond: 5 }]
  model:
    requestsPerSecond: 100
    errorPercent: 0.5
    medianMs: 40
    p99Ms: 180
    outage: { percentOfRollouts: 2, minutes: 5, errorFactor: 10 }`,
  },
];
