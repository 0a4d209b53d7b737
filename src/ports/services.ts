/** The register of services. */
import type { Service, ServiceSpec } from '../domain/service/service-spec.ts';

export interface Services {
  /**
   * Stores the spec as a new revision and keeps all revisions. Revision 1 means that the service is new. Writing the
   * same spec again makes no new revision.
   *
   * Throws Conflict when another service has the target, or when the target changes while a deployment is in flight.
   * When the service leaves its target, a watch over that target ends with an entry.
   */
  write(order: {
    readonly spec: ServiceSpec;
    readonly by: string;
    readonly at: number;
    /**
     * The service that has the target now. The same transaction removes that service, as `remove` does. Throws Conflict
     * when that service has another target.
     */
    readonly takingFrom?: string | undefined;
  }): Promise<Service>;
  /** Throws NotFound when there is no such service. */
  read(name: string): Promise<Service>;
  list(): Promise<readonly Service[]>;
  /**
   * Removes the service and frees its target. Its deployments stay in the ledger, and a watch over one of them ends
   * with an entry. Throws NotFound, or Conflict while a deployment of the service is in flight.
   */
  remove(order: { readonly name: string; readonly by: string; readonly at: number }): Promise<void>;
}
