/**
 * A Kubernetes object as the API server shows it. It is plain data: Slipway reads the fields that it knows and keeps
 * all other fields.
 */

export interface ObjectMeta {
  readonly name: string;
  /** Left out for an object that belongs to no namespace. */
  readonly namespace?: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
  /** Changes with every change of the object. In a `replace` it is the precondition. */
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

/** Names one object. A whole object is also a reference to itself. */
export interface ObjectRef {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly namespace?: string };
}

/** The object's name in messages, such as `Deployment shop/orders`. */
export function objectName({ kind, metadata: { namespace, name } }: ObjectRef): string {
  return namespace === undefined ? `${kind} ${name}` : `${kind} ${namespace}/${name}`;
}

/** Empty for the core group. */
export function groupOf({ apiVersion }: Pick<ObjectRef, 'apiVersion'>): string {
  return apiVersion.includes('/') ? apiVersion.replace(/\/.*$/, '') : '';
}

/** True for a kind that Kubernetes itself provides. */
export function isBuiltIn(ref: Pick<ObjectRef, 'apiVersion'>): boolean {
  const group = groupOf(ref);
  return !group.includes('.') || (group.endsWith('.k8s.io') && !/^gateway\.|\.x-k8s\.io$/.test(group));
}
