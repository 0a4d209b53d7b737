/**
 * Kinds of objects that Slipway never deploys. Secrets stay out of the ledger. An object outside every namespace
 * belongs to no workload.
 */
import { isBuiltIn, type ObjectRef } from './cluster-object.ts';

const BEYOND = 'It reaches beyond the namespace; take it out.';

const REFUSED: Readonly<Record<string, string>> = {
  Secret: 'Keep Secrets out of the manifests and name them; whoever owns them puts them into the namespace.',
  Namespace: 'The namespace is there before the workload; take it out.',
  ClusterRole: BEYOND,
  ClusterRoleBinding: BEYOND,
  CustomResourceDefinition: BEYOND,
};

/** All other kinds of Kubernetes itself that belong to no namespace. */
export const CLUSTER_KINDS: ReadonlySet<string> = new Set([
  ...['Node', 'PersistentVolume', 'APIService', 'CertificateSigningRequest'],
  ...['MutatingAdmissionPolicy', 'MutatingAdmissionPolicyBinding', 'MutatingWebhookConfiguration'],
  ...['ValidatingAdmissionPolicy', 'ValidatingAdmissionPolicyBinding', 'ValidatingWebhookConfiguration'],
  ...['FlowSchema', 'PriorityLevelConfiguration', 'IngressClass', 'IPAddress', 'ServiceCIDR', 'RuntimeClass'],
  ...['DeviceClass', 'ResourceSlice', 'PriorityClass', 'CSIDriver', 'CSINode', 'StorageClass'],
  ...['VolumeAttachment', 'VolumeAttributesClass'],
]);

/** Why Slipway does not deploy an object, with the next step; null when it deploys the object. */
export function refusalOf(object: Pick<ObjectRef, 'apiVersion' | 'kind'>): string | null {
  const refused = REFUSED[object.kind];
  if (refused !== undefined || !CLUSTER_KINDS.has(object.kind) || !isBuiltIn(object)) return refused ?? null;
  return 'It belongs to the whole cluster and would be removed with this version. Apply it once for the cluster, and take it out of the manifests.';
}
