/** A Kubernetes object as the API server shows it: plain data, of which Slipway reads what it knows and keeps the rest. */

export interface ObjectMeta {
  readonly name: string;
  /** Left out of what belongs to no namespace. */
  readonly namespace?: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
  /** Changes with every change of the object; given in a `replace`, it is the precondition. */
  readonly resourceVersion?: string;
  /** Counts the changes of `spec`. */
  readonly generation?: number;
  readonly deletionTimestamp?: string;
  readonly [field: string]: unknown;
}

export interface ClusterObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: ObjectMeta;
  readonly [field: string]: unknown;
}

/** Names one object. An object itself is a reference to it. */
export interface ObjectRef {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly namespace?: string };
}

/** `Deployment shop/orders`, as messages name it. */
export function objectName({ kind, metadata: { namespace, name } }: ObjectRef): string {
  return namespace === undefined ? `${kind} ${name}` : `${kind} ${namespace}/${name}`;
}

/** Empty for the core group. */
export function groupOf({ apiVersion }: Pick<ObjectRef, 'apiVersion'>): string {
  return apiVersion.includes('/') ? apiVersion.replace(/\/.*$/, '') : '';
}

/** True for a kind that Kubernetes itself serves. */
export function isBuiltIn(ref: Pick<ObjectRef, 'apiVersion'>): boolean {
  const group = groupOf(ref);
  return !group.includes('.') || (group.endsWith('.k8s.io') && !/^gateway\.|\.x-k8s\.io$/.test(group));
}
