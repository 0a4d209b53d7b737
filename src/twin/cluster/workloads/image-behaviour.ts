/** How a container behaves that is started from an image: what the person who sets a scene decides. */
export interface ImageBehaviour {
  /** From the pod's being on a node to its being ready, pulling included; each pod takes up to 30 % more or less. */
  readonly readyAfterMs: number;
  /** `crashes`: it runs for so long, never ready, and ends; again and again. `neverReady`: it runs and is never ready. */
  readonly outcome: 'ready' | 'cannotBePulled' | 'crashes' | 'neverReady';
}

export type Images = (image: string) => ImageBehaviour;

export const READY_IN_FIVE_SECONDS: ImageBehaviour = { readyAfterMs: 5_000, outcome: 'ready' };
