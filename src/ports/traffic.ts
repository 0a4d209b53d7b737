/** Where the live calls of a Lambda alias go. */
import type { LiveSplit } from '../domain/deployment/traffic-record.ts';
import type { Fingerprints } from '../domain/lambda/fingerprint.ts';
import type { AliasSplit } from '../domain/remediation/unrecorded-way-back.ts';
import type { LambdaTarget } from '../domain/service/service-spec.ts';

export interface Live extends LiveSplit {
  readonly provisionedConcurrency: number;
}

export interface SplitOrder {
  readonly target: LambdaTarget;
  readonly stable: string;
  readonly canary: string;
  /** 0 to 100; at 100 the canary is the only version. */
  readonly canaryPercent: number;
  /** The target's revision as last recorded: the lock that keeps two hands off one target. */
  readonly revision: string;
  /** What the two are made of, by the record. While the revision is the recorded one, the function is still the same. */
  readonly fingerprints?: Fingerprints | null | undefined;
}

export interface Moved {
  readonly revision: string;
  /** The canary's share that was found, when the revision was not the recorded one; undefined: it was as recorded. */
  readonly foundPercent: number | undefined;
}

/** Where live calls go for one Lambda target. A Kubernetes target has its traffic moved by orders to its cluster. */
export interface Traffic {
  /** Throws NotFound when the function or its alias is not there. */
  read(target: LambdaTarget): Promise<Live>;
  /** The same in one call to the control plane, without the provisioned concurrency. It may show the split of some seconds ago. */
  readSplit(target: LambdaTarget): Promise<LiveSplit>;
  /**
   * Replaces the live split. Repeating the same order is harmless. Throws Conflict, and changes nothing, when the
   * revision is not the given one and the split is not already the one ordered; `details.found` is then the LiveSplit that
   * was found. Throws Transient when the look at it only shows the state from before. Under another revision it compares the
   * versions with their fingerprints, and throws Conflict with `details.isOther` when a number is another version's now.
   */
  setSplit(order: SplitOrder): Promise<Moved>;
  /**
   * The way back: all traffic to `stable`, in one call when the revision is the recorded one, and otherwise whatever the
   * revision is, as long as nobody but Slipway's two versions is live. Repeatable. Throws Conflict when a third version is, also
   * under one of their numbers; and NotFound when there is no such stable version any more, also when its number is another's.
   * A throttle does not end it at once: it tries again every second or sooner, for 8 seconds.
   */
  takeBack(order: Omit<SplitOrder, 'canaryPercent'>): Promise<Moved>;
  /** The aliases of a function, by name. Empty when there is no such function. */
  listSplits(functionName: string): Promise<readonly AliasSplit[]>;
  /** Keeps a version from being deleted until another one is pinned for the target. Repeatable. */
  pin(target: LambdaTarget, version: string): Promise<void>;
}
