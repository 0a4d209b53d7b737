/** The text of slipway.yml for a function or workload that was found: few fields, each with its reason. */
import { type YamlFields, yamlText } from '../files/yaml-text.ts';
import type { Adoption } from './adoption.ts';
import { WRITTEN_ALARM } from './alarm-parts.ts';
import type { FoundFunction } from './found-function.ts';
import { isHttp } from './function-points.ts';
import type { FoundWorkload } from './kubernetes-documents.ts';
import { serviceName } from './service-name.ts';

const FIELDS = "Every field and its limits: docs/service-spec.schema.json in Slipway's repository.";
const WATCH = { minutes: 10 };

export interface FunctionSpec {
  readonly adoption: Adoption;
  /** The handler as slipway.yml names it; null when its source is unknown. */
  readonly handler: string | null;
}

export function functionSpecText({ adoption, handler }: FunctionSpec): string {
  const { found, service, target, isNameKnown, alarm } = adoption;
  const rehearsal = rehearsalOf(found, handler);
  const unknown = ['The name is not known yet: write the one that the function has in AWS.'];
  const watch = ['After 100 % the alarm still rolls back by itself for this long.'];
  return yamlText({
    fields: {
      name: { comment: [`${found.names[0]}, read by slipway init.`, FIELDS], value: service },
      target: { comment: isNameKnown ? [] : unknown, value: target },
      ...strategyFields(found),
      ...alarmFields(alarm),
      watch: { comment: isRare(found) ? watch : [...JUDGE, ...watch], value: WATCH },
      ...('fields' in rehearsal ? rehearsal.fields : {}),
    },
    ...('end' in rehearsal ? { end: rehearsal.end } : {}),
  });
}

/** A missing alarm is described, so that slipway adopt can make it and `check` can say what it should be. */
function alarmFields({ name, isThere }: Adoption['alarm']): YamlFields {
  const fact = 'Takes a new version back when it turns red.';
  const made = `Its name is ${name}; the lines for your tool make it, or slipway adopt.`;
  const comment = [isThere ? fact : `${fact} ${made}`];
  return { alarms: { isApart: true, comment, value: [isThere ? name : WRITTEN_ALARM] } };
}

/** A function that only schedules call has too few calls for a comparison. */
const JUDGE = [
  'The alarm alone judges. To compare the new version with the old one as well, also its latency, take the # off the',
  'line below, and add a step  - judge: {}  after each bake; slipway rehearse says what comes of it.',
  'judge: { kind: sequential, falseRollbackPercent: 1, metrics: [{ metric: errors }, { metric: latency }] }',
];

function isRare({ triggers }: FoundFunction): boolean {
  const events = triggers.flatMap(({ event, kind }) => (kind === 'call' ? [event] : []));
  return events.length > 0 && events.every((event) => event === 'schedule');
}

/** A function that is called once an hour shows nothing about a version in five minutes. */
function strategyFields(found: FoundFunction): YamlFields {
  if (isRare(found)) {
    const comment = ['Called by a schedule: each bake has to be long enough for some calls to both versions.'];
    return {
      strategy: { isApart: true, comment, value: [{ setWeight: 50 }, { bake: { hours: 6 } }] },
      deadline: { value: { hours: 8 } },
    };
  }
  const comment = [
    'A tenth of the calls for five minutes, then half of them, then all. npx slipway calibrate proposes weights for your traffic.',
  ];
  return { strategy: { isApart: true, comment, value: stepsOf([10, 50]) } };
}

function stepsOf(weights: readonly number[]) {
  return weights.flatMap((setWeight) => [{ setWeight }, { bake: { minutes: 5 } }]);
}

/** The part for npm start, or why there is none. */
function rehearsalOf(
  found: FoundFunction,
  handler: string | null,
): { readonly fields: YamlFields } | { readonly end: readonly string[] } {
  const { runtime, isImage, properties } = found;
  if (isImage) return { end: ['No rehearsal: npm start runs no images.'] };
  if (runtime !== null && !runtime.startsWith('nodejs')) {
    return { end: [`No rehearsal: npm start runs Node.js, and this is ${runtime}. It changes nothing in AWS.`] };
  }
  if (handler === null) {
    const named = found.handler === null ? '' : ` (${found.handler} in the template)`;
    return {
      end: [`For npm start, name the handler's source${named}:  rehearsal: { handler: src/app.handler, event: http }`],
    };
  }
  const event = eventOf(found);
  const seconds = properties.Timeout ?? properties.timeout;
  const comment = [
    'For npm start, where there is no AWS: the handler that is version 1, what its calls bring, and how many come a second.',
  ];
  const fields = {
    handler: { value: handler },
    ...(event === null ? {} : { event: { value: event } }),
    ...(typeof seconds === 'number' ? { timeoutSeconds: { value: seconds } } : {}),
    requestsPerSecond: { value: 20 },
  };
  return { fields: { rehearsal: { isApart: true, comment, fields } } };
}

/** An event without another word is an `http` request. */
function eventOf({ triggers }: FoundFunction): string | null {
  const trigger = triggers.find(({ kind, event }) => kind === 'call' && event !== null);
  const event = trigger?.event ?? null;
  if (event === null || trigger?.route === undefined || !isHttp(event)) return event;
  return event === 'http' ? trigger.route : `${event} ${trigger.route}`;
}

export interface WorkloadSpec {
  readonly workload: FoundWorkload;
  readonly cluster: string | undefined;
  readonly namespace: string | undefined;
  readonly service: string | undefined;
  readonly folder: string;
}

export function workloadSpecText({ workload, service, ...place }: WorkloadSpec): string {
  const comment = ['The names of CloudWatch alarms on this workload. Without one nothing takes a bad version back.'];
  return yamlText({
    fields: {
      name: {
        comment: [`The Deployment ${workload.name}, read by slipway init.`, FIELDS],
        value: service ?? serviceName(workload.name),
      },
      target: { fields: targetFields({ workload, ...place }) },
      strategy: { isApart: true, value: stepsOf([25, 50]) },
      alarms: { isApart: true, comment, value: [] },
      watch: { value: WATCH },
    },
  });
}

function targetFields({ workload, cluster, namespace, folder }: Omit<WorkloadSpec, 'service'>): YamlFields {
  const { name, route, containers } = workload;
  const [container = ''] = containers;
  const unnamed = ['Manifests name no cluster: write the name of yours in EKS.'];
  return {
    kind: { value: 'kubernetes' },
    cluster: { comment: cluster === undefined ? unnamed : [], value: cluster ?? 'production' },
    namespace: { value: namespace ?? workload.namespace ?? 'default' },
    workload: { value: name },
    route:
      route === null
        ? {
            comment: ['Canary pods behind the same Service: their share is that of the calls.'],
            value: { kind: 'replicas' },
          }
        : { value: { kind: route.kind, name: route.name } },
    manifests: {
      comment: ['Your own manifests: only image, replicas, labels and weights are changed.'],
      value: { folder, ...(containers.length < 2 ? {} : { container }) },
    },
  };
}
