/** Kinds that Slipway never deploys: what is secret stays out of the ledger, and what is in no namespace belongs to nobody's workload. */
import { isBuiltIn, type ObjectRef } from './cluster-object.ts';

const BEYOND = 'It reaches beyond the namespace; take it out.';

const REFUSED: Readonly<Record<string, string>> = {
  Secret: 'Keep Secrets out of the manifests and name them; whoever owns them puts them into the namespace.',
  Namespace: 'The namespace is there before the workload; take it out.',
  ClusterRole: BEYOND,
  ClusterRoleBinding: BEYOND,
  CustomResourceDefinition: BEYOND,
};

/** All other kinds of Kubernetes' own that are in no namespace. */
export const CLUSTER_KINDS: ReadonlySet<string> = new Set([
  ...['Node', 'PersistentVolume', 'APIService', 'CertificateSigningRequest'],
  ...['MutatingAdmissionPolicy', 'MutatingAdmissionPolicyBinding', 'MutatingWebhookConfiguration'],
  ...['ValidatingAdmissionPolicy', 'ValidatingAdmissionPolicyBinding', 'ValidatingWebhookConfiguration'],
  ...['FlowSchema', 'PriorityLevelConfiguration', 'IngressClass', 'IPAddress', 'ServiceCIDR', 'RuntimeClass'],
  ...['DeviceClass', 'ResourceSlice', 'PriorityClass', 'CSIDriver', 'CSINode', 'StorageClass'],
  ...['VolumeAttachment', 'VolumeAttributesClass'],
]);

/** Why an object is not deployed, with the next step; null when it is. */
export function refusalOf(object: Pick<ObjectRef, 'apiVersion' | 'kind'>): string | null {
  const refused = REFUSED[object.kind];
  if (refused !== undefined || !CLUSTER_KINDS.has(object.kind) || !isBuiltIn(object)) return refused ?? null;
  return 'It belongs to the whole cluster and would be removed with this version. Apply it once for the cluster, and take it out of the manifests.';
}
