/** Compares a Deployment with what Slipway needs, and lists what a person has to decide. */
import type { Point } from './adoption-facts.ts';
import type { FoundWorkload } from './kubernetes-documents.ts';

const DIGEST = /@sha256:[0-9a-f]{64}$/;

export function workloadPoints(
  { name, image, containers, hasService, route, managedBy, hasReadiness }: FoundWorkload,
  { cluster, alarms }: { readonly cluster: string | undefined; readonly alarms: readonly string[] },
): Point[] {
  return [
    hasService
      ? { state: 'right', text: `The Service ${name} is there.` }
      : {
          state: 'missing',
          text: `There is no Service ${name}. Slipway splits the calls at a Service that is called like the Deployment: name it so.`,
        },
    route === null
      ? {
          state: 'look',
          text: 'No HTTPRoute and no ALB Ingress leads to it, so the canary gets calls by its share of the pods.',
        }
      : { state: 'right', text: `The calls come by ${route.name}, whose weights Slipway can set.` },
    hasReadiness
      ? { state: 'right', text: 'The pods have a readiness probe.' }
      : {
          state: 'missing',
          text: 'No container has a readiness probe, so pods would get calls before they can answer. Add one.',
        },
    ...(containers.length < 2 ? [] : [chosenOf(containers)]),
    ...(image === null || DIGEST.test(image) ? [] : [tagged(image)]),
    ...(managedBy === null ? [] : [managed(managedBy, name)]),
    ...(cluster === undefined
      ? [
          {
            state: 'look',
            text: 'Manifests do not name the cluster. Write it into slipway.yml, or give it as --cluster NAME.',
          } as const,
        ]
      : []),
    alarmPoint(alarms),
  ];
}

/** Manifests contain no alarms, so only slipway.yml can name them. */
function alarmPoint(alarms: readonly string[]): Point {
  if (alarms.length > 0) return { state: 'right', text: `slipway.yml names ${alarms.join(', ')}.` };
  const fact = 'No alarm is named, because manifests have none, and nothing would take a bad version back.';
  return {
    state: 'missing',
    text: `${fact} Write the name of one on 5xx answers or errors of this workload into slipway.yml.`,
  };
}

function chosenOf([first, ...others]: readonly string[]): Point {
  const fact = `The image of the container ${first} is the one that changes, and not that of ${others.join(', ')}.`;
  return { state: 'look', text: `${fact} If it is another, write its name as manifests.container.` };
}

function tagged(image: string): Point {
  return { state: 'look', text: `The image is ${image}. Deploy by digest, so that going back means the same bytes.` };
}

function managed(tool: string, name: string): Point {
  const fact = `${tool} manages ${name}, and puts back what Slipway changes.`;
  return {
    state: 'look',
    text: `${fact} Take Deployment and Service out of what ${tool} applies, or let it ignore their differences.`,
  };
}
