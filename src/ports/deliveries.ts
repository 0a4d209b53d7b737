/** The deliveries of the pipeline: which action of which run asks for a deployment. */
import type { DeliveryPlace } from '../domain/pipeline/delivery-place.ts';

/** What is known about the deliveries of the pipeline without asking a delivery itself. */
export interface Deliveries {
  /** What the pipeline may deliver, and from where; null: there is no pipeline. */
  readonly place: DeliveryPlace | null;
  /**
   * The action of the stage Deploy with that id, which is also the name of the execution that it started, and the revision that
   * its run has fetched. Null when the run has no such action, or none yet. Repeatable. Throws Conflict without a pipeline.
   */
  find(order: { readonly run: string; readonly action: string }): Promise<{ readonly revision: string } | null>;
}
