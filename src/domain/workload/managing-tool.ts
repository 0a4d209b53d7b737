/**
 * Finds the tool that has an object in its source, by the marks on the object, and says how the tool undoes Slipway's
 * changes. Pure: the object in, a sentence with the next step out.
 */
import { type ClusterObject, groupOf, objectName } from './cluster-object.ts';

/** The part of an object that Slipway changes, and what happens when a tool sets it back. */
interface Changed {
  /** The part as a JSON pointer. */
  readonly pointer: string;
  readonly harm: string;
}

const CHANGED: Readonly<Record<string, Changed>> = {
  HTTPRoute: { pointer: '/spec/rules', harm: 'puts the weights back, so that the canary gets no calls' },
  Ingress: { pointer: '/metadata/annotations', harm: 'puts the weights back, so that the canary gets no calls' },
  Service: { pointer: '/spec/selector', harm: 'puts the selector back, so that calls go to pods of both versions' },
  Deployment: { pointer: '/spec', harm: 'puts its own image and number of pods back' },
};

export interface ManagingTool {
  readonly tool: string;
  /** The tool's own word for the group of objects, such as an application or a release. */
  readonly application: string;
}

type Marks = Readonly<Record<string, string | undefined>>;

interface Tool {
  readonly tool: string;
  /** Returns null when the object does not belong to this tool, or when the tool was told to leave the object alone. */
  readonly application: (labels: Marks, annotations: Marks) => string | null;
  readonly next: (object: ClusterObject, changed: Changed) => string;
}

/** The order matters: an object of a HelmRelease has Helm's marks too, so Flux comes before Helm. */
const TOOLS: readonly Tool[] = [
  {
    tool: 'Flux',
    application: (labels, annotations) => {
      const name = labels['kustomize.toolkit.fluxcd.io/name'];
      const ssa = annotations['kustomize.toolkit.fluxcd.io/ssa'];
      const isLeft = annotations['kustomize.toolkit.fluxcd.io/reconcile'] === 'disabled';
      return name === undefined || isLeft || ssa === 'IfNotPresent' || ssa === 'Ignore'
        ? null
        : `Kustomization ${name}`;
    },
    next: ({ kind }, { pointer }) =>
      kind === 'Deployment'
        ? 'Leave it out of the Kustomization, or annotate it with kustomize.toolkit.fluxcd.io/ssa: IfNotPresent'
        : `Annotate it in Git with kustomize.toolkit.fluxcd.io/ssa: IfNotPresent, or add ignore: [{ paths: [${pointer}], target: { kind: ${kind} } }] to the spec of the Kustomization (kustomize-controller 1.9 or later)`,
  },
  {
    tool: 'Flux',
    application: (labels) => named('HelmRelease', labels['helm.toolkit.fluxcd.io/name']),
    next: ({ kind }, { pointer }) =>
      `Add driftDetection: { ignore: [{ paths: [${pointer}], target: { kind: ${kind} } }] } to the HelmRelease, and leave the ${kind} out of the chart by a value`,
  },
  {
    tool: 'Argo CD',
    application: (labels, annotations) =>
      named(
        'application',
        annotations['argocd.argoproj.io/tracking-id']?.split(':')[0] ?? labels['argocd.argoproj.io/instance'],
      ),
    next: ignoreDifferences,
  },
  {
    tool: 'Helm',
    application: (_, annotations) => named('release', annotations['meta.helm.sh/release-name']),
    next: ({ kind }) =>
      `Put {{- if not .Values.slipway.enabled }} round the ${kind} in the chart, and give its helm template output to Slipway as the folder`,
  },
  {
    tool: 'Fleet',
    application: (_, annotations) => named('bundle', annotations['objectset.rio.cattle.io/id']),
    next: ({ kind, metadata }) =>
      `Add diff: { comparePatches: [{ kind: ${kind}, name: ${metadata.name} }] } and correctDrift: { enabled: false } to fleet.yaml`,
  },
  {
    tool: 'kapp',
    application: (labels) => named('app', labels['kapp.k14s.io/app']),
    next: (_, { pointer }) => `Add a rebaseRule for ${pointer} with sources: [existing] to its configuration`,
  },
  {
    tool: 'Config Sync',
    application: (_, annotations) =>
      annotations['configmanagement.gke.io/managed'] === 'enabled'
        ? `source ${annotations['configsync.gke.io/resource-id'] ?? 'of this cluster'}`
        : null,
    next: () => 'Annotate it in the source with client.lifecycle.config.k8s.io/mutation: ignore',
  },
  // This entry comes last, because it goes by a label that charts set too.
  {
    tool: 'Argo CD',
    application: (labels, annotations) =>
      annotations['kubectl.kubernetes.io/last-applied-configuration'] === undefined
        ? null
        : named('application', labels['app.kubernetes.io/instance']),
    next: ignoreDifferences,
  },
];

const HOW_TO: Readonly<Record<string, string>> = {
  'Argo CD': 'docs/how-to/adopt-argo-cd.md',
  Flux: 'docs/how-to/adopt-flux.md',
  Helm: 'docs/how-to/adopt-helm.md',
};

function named(what: string, name: string | undefined): string | null {
  return name === undefined ? null : `${what} ${name}`;
}

function ignoreDifferences(object: ClusterObject, { pointer }: Changed): string {
  const { kind, metadata } = object;
  const fields = kind === 'Ingress' ? 'managedFieldsManagers: [slipway, slipway-brake]' : `jsonPointers: [${pointer}]`;
  return `Add ignoreDifferences: [{ group: "${groupOf(object)}", kind: ${kind}, name: ${metadata.name}, ${fields} }] and syncOptions: [RespectIgnoreDifferences=true] to the Application`;
}

/** Returns the fact and the next step; null when no tool that would undo Slipway's changes has marked the object. */
export function managedByTool(object: ClusterObject): string | null {
  const changed = CHANGED[object.kind];
  if (changed === undefined) return null;
  const { labels = {}, annotations = {} } = object.metadata;
  for (const { tool, application, next } of TOOLS) {
    const of = application(labels, annotations);
    if (of === null) continue;
    const more = HOW_TO[tool];
    const said = `${objectName(object)} is in ${tool} ${of}, which ${changed.harm} when it syncs, and deletes it where it prunes and the source has it no more`;
    return `${said}. ${next(object, changed)}.${more === undefined ? '' : ` See ${more}.`}`;
  }
  return null;
}
