/** The deliveries of the pipeline: which action of which pipeline run asks for a deployment. */
import type { DeliveryPlace } from '../domain/pipeline/delivery-place.ts';

/** Answers from settings and from CodePipeline. It never takes the word of a delivery about itself. */
export interface Deliveries {
  /** What the pipeline may deliver, and from where; null when there is no pipeline. */
  readonly place: DeliveryPlace | null;
  /**
   * Finds the action of the stage Deploy with this id, and returns the revision that its run fetched. The id is also
   * the name of the execution that the action started. Repeatable.
   *
   * Returns null when the run has no such action, or does not have it yet. Throws Conflict without a pipeline.
   */
  find(order: { readonly run: string; readonly action: string }): Promise<{ readonly revision: string } | null>;
}
