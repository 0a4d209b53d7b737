/** How a container behaves that is started from an image. The person who sets the scene decides this. */
export interface ImageBehaviour {
  /**
   * From the placement of the pod on a node until it is ready, pulling included. Each pod takes up to 30 % more or
   * less.
   */
  readonly readyAfterMs: number;
  /**
   * `crashes`: the container runs for that long, is never ready, and ends, again and again. `neverReady`: it runs and
   * is never ready.
   */
  readonly outcome: 'ready' | 'cannotBePulled' | 'crashes' | 'neverReady';
}

export type Images = (image: string) => ImageBehaviour;

export const READY_IN_FIVE_SECONDS: ImageBehaviour = { readyAfterMs: 5_000, outcome: 'ready' };
