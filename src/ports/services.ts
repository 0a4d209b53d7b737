/** The register of services. */
import type { Service, ServiceSpec } from '../domain/service/service-spec.ts';

export interface Services {
  /**
   * Keeps every revision. `revision` 1 means it is new. Writing the same spec again makes no new revision. Throws Conflict when
   * another service has the target, or when the target changes while a deployment is in flight. A watch over the target that
   * the service leaves ends with an entry.
   */
  write(order: {
    readonly spec: ServiceSpec;
    readonly by: string;
    readonly at: number;
    /** The service that has the target, and is removed in the same transaction, as by `remove`. Throws Conflict when it has another. */
    readonly takingFrom?: string | undefined;
  }): Promise<Service>;
  /** Throws NotFound. */
  read(name: string): Promise<Service>;
  list(): Promise<readonly Service[]>;
  /**
   * Throws NotFound, or Conflict when a deployment of it is in flight. Its deployments stay in the ledger; a watch over one of
   * them ends with an entry, and its target is free.
   */
  remove(order: { readonly name: string; readonly by: string; readonly at: number }): Promise<void>;
}
