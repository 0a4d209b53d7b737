/** The text of slipway.yml for a function or a workload that was found: few fields, each with why it is so. */
import { stringify } from 'yaml';
import type { Adoption } from './adoption.ts';
import { WRITTEN_ALARM } from './alarm-parts.ts';
import type { FoundFunction } from './found-function.ts';
import { isHttp } from './function-points.ts';
import type { FoundWorkload } from './kubernetes-documents.ts';
import { serviceName } from './service-name.ts';

const FIELDS = "# Every field and its limits: docs/service-spec.schema.json in Slipway's repository.";

export interface FunctionSpec {
  readonly adoption: Adoption;
  /** As slipway.yml names it; null without a source of it. */
  readonly handler: string | null;
}

export function functionSpecText({ adoption, handler }: FunctionSpec): string {
  const { found, service, target, isNameKnown, alarm } = adoption;
  return [
    `# ${found.names[0]}, read by slipway init.`,
    FIELDS,
    `name: ${yaml(service)}`,
    ...(isNameKnown ? [] : ['# The name is not known yet: write the one that the function has in AWS.']),
    `target: { kind: lambda, function: ${yaml(target.function)}, alias: ${yaml(target.alias)} }`,
    '',
    ...strategyLines(found),
    '',
    ...alarmLines(alarm),
    ...(isRare(found) ? [] : JUDGE_LINES),
    '# After 100 % the alarm still rolls back by itself for this long.',
    'watch: { minutes: 10 }',
    '',
    ...rehearsalLines(found, handler),
  ].join('\n');
}

/** One that is not there is described, so that slipway adopt can make it and `check` can say what it should be. */
function alarmLines({ name, isThere }: Adoption['alarm']): string[] {
  if (isThere) return ['# Takes a new version back when it turns red.', `alarms: [${yaml(name)}]`];
  return [
    `# Takes a new version back when it turns red. Its name is ${name}; the lines for your tool make it, or slipway adopt.`,
    `alarms: [${WRITTEN_ALARM}]`,
  ];
}

/** What is called by schedules alone has too few calls to compare. */
const JUDGE_LINES = [
  '# The alarm alone judges. To compare the new version with the old one as well, also its latency, take the # off the',
  '# line below, and add a step  - judge: {}  after each bake; slipway rehearse says what comes of it.',
  '# judge: { kind: sequential, falseRollbackPercent: 1, metrics: [{ metric: errors }, { metric: latency }] }',
];

function isRare({ triggers }: FoundFunction): boolean {
  const events = triggers.flatMap(({ event, kind }) => (kind === 'call' ? [event] : []));
  return events.length > 0 && events.every((event) => event === 'schedule');
}

/** A function that is called once an hour shows nothing of a version in five minutes. */
function strategyLines(found: FoundFunction): string[] {
  if (isRare(found)) {
    return [
      '# Called by a schedule: each bake has to be long enough for some calls to both versions.',
      'strategy:',
      '  - setWeight: 50',
      '  - bake: { hours: 6 }',
      'deadline: { hours: 8 }',
    ];
  }
  return [
    '# A tenth of the calls for five minutes, then half of them, then all. npx slipway calibrate proposes weights for your traffic.',
    'strategy:',
    '  - setWeight: 10',
    '  - bake: { minutes: 5 }',
    '  - setWeight: 50',
    '  - bake: { minutes: 5 }',
  ];
}

function rehearsalLines(found: FoundFunction, handler: string | null): string[] {
  const { runtime, isImage, triggers, properties } = found;
  if (isImage) return ['# No rehearsal: npm start runs no images.', ''];
  if (runtime !== null && !runtime.startsWith('nodejs')) {
    return [`# No rehearsal: npm start runs Node.js, and this is ${runtime}. It changes nothing in AWS.`, ''];
  }
  if (handler === null) {
    const named = found.handler === null ? '' : ` (${found.handler} in the template)`;
    return [
      `# For npm start, name the handler's source${named}:  rehearsal: { handler: src/app.handler, event: http }`,
      '',
    ];
  }
  const trigger = triggers.find(({ kind, event }) => kind === 'call' && event !== null);
  const isCall = trigger?.event != null && isHttp(trigger.event);
  const event = isCall && trigger?.route !== undefined ? `${prefix(trigger.event)}${trigger.route}` : trigger?.event;
  const seconds = properties.Timeout ?? properties.timeout;
  return [
    '# For npm start, where there is no AWS: the handler that is version 1, what its calls bring, and how many come a second.',
    'rehearsal:',
    `  handler: ${yaml(handler)}`,
    ...(event === undefined || event === null ? [] : [`  event: ${yaml(event)}`]),
    ...(typeof seconds === 'number' ? [`  timeoutSeconds: ${seconds}`] : []),
    '  requestsPerSecond: 20',
    '',
  ];
}

/** `http` is what a request is without a word in front. */
function prefix(event: string): string {
  return event === 'http' ? '' : `${event} `;
}

export interface WorkloadSpec {
  readonly workload: FoundWorkload;
  readonly cluster: string | undefined;
  readonly namespace: string | undefined;
  readonly service: string | undefined;
  readonly folder: string;
}

export function workloadSpecText({ workload, cluster, namespace, service, folder }: WorkloadSpec): string {
  const { name, route, containers } = workload;
  const [container = ''] = containers;
  const isOne = containers.length < 2;
  return [
    `# The Deployment ${name}, read by slipway init.`,
    FIELDS,
    `name: ${yaml(service ?? serviceName(name))}`,
    'target:',
    '  kind: kubernetes',
    ...(cluster === undefined ? ['  # Manifests name no cluster: write the name of yours in EKS.'] : []),
    `  cluster: ${yaml(cluster ?? 'production')}`,
    `  namespace: ${yaml(namespace ?? workload.namespace ?? 'default')}`,
    `  workload: ${yaml(name)}`,
    ...routeLines(route),
    '  # Your own manifests: only image, replicas, labels and weights are changed.',
    `  manifests: { folder: ${yaml(folder)}${isOne ? '' : `, container: ${yaml(container)}`} }`,
    '',
    'strategy:',
    '  - setWeight: 25',
    '  - bake: { minutes: 5 }',
    '  - setWeight: 50',
    '  - bake: { minutes: 5 }',
    '',
    '# The names of CloudWatch alarms on this workload. Without one nothing takes a bad version back.',
    'alarms: []',
    'watch: { minutes: 10 }',
    '',
  ].join('\n');
}

function routeLines(route: FoundWorkload['route']): string[] {
  if (route !== null) return [`  route: { kind: ${route.kind}, name: ${yaml(route.name)} }`];
  return ['  # Canary pods behind the same Service: their share is that of the calls.', '  route: { kind: replicas }'];
}

function yaml(value: string): string {
  return stringify(value, { lineWidth: 0 }).trimEnd();
}
