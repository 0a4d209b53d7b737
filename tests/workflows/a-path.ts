import type { Stage, StageOrder } from './a-stage.ts';

/** One path through a machine, told as a story, and the state in which its execution must end. */
export interface Path {
  readonly claim: string;
  readonly stage?: StageOrder;
  /** Plays the path, expects what it claims on the way, and returns the id of the deployment. */
  readonly play: (stage: Stage) => Promise<string>;
  readonly endsIn: string;
}
