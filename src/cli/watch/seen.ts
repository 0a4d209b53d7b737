/** What a watch knows of a deployment at one moment. */
import type { AnswerOf } from '../../api/answers.ts';

export type Shown = AnswerOf<'readDeployment'>;
export type Evidence = AnswerOf<'explainDeployment'>;

export interface Trouble {
  /** When the server last failed to answer for the first time, in epoch milliseconds. */
  readonly since: number;
  readonly because: string;
}

export interface Seen {
  readonly deployment: Shown;
  /** Null until it is read, and where only the timeline is shown. */
  readonly evidence: Evidence | null;
  /** When the deployment was read, in epoch milliseconds. */
  readonly asOf: number;
  /** Null while the server answers. */
  readonly trouble: Trouble | null;
}

/** How a watch ended. */
export interface Followed {
  readonly how: 'ended' | 'timeout' | 'approval' | 'left';
  readonly deployment: Shown;
}
