import type { Stage, StageOrder } from './a-stage.ts';

/** One way through a machine, told as a story, and the state in which its execution must end. */
export interface Path {
  readonly claim: string;
  readonly stage?: StageOrder;
  /** Plays it, expects what it claims on the way, and returns the deployment. */
  readonly play: (stage: Stage) => Promise<string>;
  readonly endsIn: string;
}
