/** What people do to a workload with kubectl in a simulation, while Slipway deploys it. */
import type { ClusterObject } from '../domain/workload/cluster-object.ts';
import { deploymentRef, fieldsOf, listOf, specOf, templateOf } from '../domain/workload/workload-objects.ts';
import { routeRef } from '../domain/workload/workload-route.ts';
import { pick } from '../twin/random.ts';
import type { HandKind } from './checkers/checked-world.ts';
import type { Trouble, TroubleOrder } from './cluster-acts.ts';

/** When one act is not possible, another one is tried, up to this many times. */
const TRIES = 4;

export function laysHandOn(order: TroubleOrder, trouble: Trouble): void {
  const { workload } = trouble;
  for (let tries = 0; tries < TRIES; tries += 1) {
    const said = pick(trouble.random, HANDS)(order, trouble);
    if (said === null) continue;
    order.say(said.what);
    order.hands.note({ service: workload.name, at: order.scheduler.now(), did: said.did });
    return;
  }
}

type LaidHand = (order: TroubleOrder, trouble: Trouble) => { readonly did: HandKind; readonly what: string } | null;

const scale: LaidHand = ({ installation }, { workload: { name, target }, random }) => {
  const { cluster } = installation.cloud;
  const ref = deploymentRef(target, pick(random, ['stable', 'stable', 'canary'] as const));
  if (cluster.find(ref) === undefined) return null;
  const replicas = pick(random, [0, 1, 2, 3, 6]);
  cluster.scaleByHand({ ref, replicas, manager: 'kubectl' });
  return {
    did: replicas === 0 ? 'scaledToZero' : 'scaled',
    what: `somebody scales ${ref.metadata.name} to ${replicas} (${name})`,
  };
};

const setImage: LaidHand = ({ installation }, { workload: { name, target } }) => {
  const { cluster } = installation.cloud;
  const ref = deploymentRef(target, 'stable');
  const live = cluster.find(ref);
  if (live === undefined) return null;
  const containers = listOf(specOf(templateOf(live)).containers).map((container, index) =>
    index === 0 ? { ...container, image: 'good:by-hand' } : container,
  );
  const change = { spec: { template: { spec: { containers } } } };
  cluster.changeByHand({ manager: 'kubectl-set', ref, change });
  return { did: 'setImage', what: `somebody sets the image of ${name}` };
};

const editWeights: LaidHand = ({ installation }, { workload: { name, target }, random }) => {
  const ref = routeRef(target);
  const route = ref === null ? undefined : installation.cloud.cluster.find(ref);
  if (route === undefined) return null;
  const percent = pick(random, [0, 30, 100]);
  const change =
    route.kind === 'Ingress' ? ingressChange(route, { target, percent }) : routeChange({ target, percent });
  installation.cloud.cluster.changeByHand({ manager: 'kubectl-edit', ref: route, change });
  return { did: 'weighted', what: `somebody gives the canary of ${name} ${percent} % in ${route.kind}` };
};

interface Weighted {
  readonly target: Trouble['workload']['target'];
  readonly percent: number;
}

function routeChange({ target: { workload }, percent }: Weighted): Readonly<Record<string, unknown>> {
  const backendRefs = [
    { name: workload, port: 80, weight: 100 - percent },
    { name: `${workload}-canary`, port: 80, weight: percent },
  ];
  return { spec: { rules: [{ backendRefs }] } };
}

function ingressChange(
  { metadata }: ClusterObject,
  { target: { workload }, percent }: Weighted,
): Readonly<Record<string, unknown>> {
  const name = `alb.ingress.kubernetes.io/actions.${workload}`;
  const targetGroups = [
    { serviceName: workload, servicePort: 80, weight: 100 - percent },
    { serviceName: `${workload}-canary`, servicePort: 80, weight: percent },
  ];
  const action = JSON.stringify({ type: 'forward', forwardConfig: { targetGroups } });
  return { metadata: { annotations: { ...metadata.annotations, [name]: action } } };
}

const editSelector: LaidHand = ({ installation }, { workload: { name, target }, random }) => {
  const { cluster } = installation.cloud;
  const { namespace, workload } = target;
  const live = cluster.find({ apiVersion: 'v1', kind: 'Service', metadata: { name: workload, namespace } });
  if (live === undefined) return null;
  const track = pick(random, [null, 'canary', 'stable'] as const);
  const selector = { ...fieldsOf(specOf(live).selector), 'slipway/track': track };
  cluster.changeByHand({ manager: 'kubectl-edit', ref: live, change: { spec: { selector } } });
  return { did: 'selected', what: `somebody has the Service of ${name} select ${track ?? 'both tracks'}` };
};

const deleteCanary: LaidHand = ({ installation }, { workload: { name, target } }) => {
  const { cluster } = installation.cloud;
  const ref = deploymentRef(target, 'canary');
  if (cluster.find(ref) === undefined) return null;
  cluster.removeByHand(ref);
  return { did: 'canaryDeleted', what: `somebody deletes the canary of ${name}` };
};

const HANDS: readonly LaidHand[] = [scale, setImage, editWeights, editWeights, editSelector, deleteCanary];
