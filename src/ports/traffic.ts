/** Reads and moves the live traffic of a Lambda alias. */
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
  /** 0 to 100. At 100 the canary is the only version. */
  readonly canaryPercent: number;
  /** The target's last recorded revision. It protects the target against concurrent writers. */
  readonly revision: string;
  /**
   * The recorded fingerprints of the two versions. While the revision is the recorded one, the function is still the
   * same.
   */
  readonly fingerprints?: Fingerprints | null | undefined;
}

export interface Moved {
  readonly revision: string;
  /** The canary's share before the call, when the revision was not the recorded one; undefined when it was. */
  readonly foundPercent: number | undefined;
}

/** The live traffic of one Lambda target. For a Kubernetes target, Slipway sends orders to the cluster. */
export interface Traffic {
  /** Throws NotFound when the function or its alias does not exist. */
  read(target: LambdaTarget): Promise<Live>;
  /**
   * Returns the split with a single call to the control plane, without the provisioned concurrency. The split may be
   * some seconds old.
   */
  readSplit(target: LambdaTarget): Promise<LiveSplit>;
  /**
   * Replaces the live split. Repeatable: the same order again is harmless.
   *
   * Throws Conflict, and changes nothing, when the revision is not the given one and the split is not already the
   * ordered one. `details.found` then holds the LiveSplit that was found. Throws Transient when the read after that
   * still shows the state from before.
   *
   * Under another revision it compares the versions with their fingerprints. It throws Conflict with `details.isOther`
   * when a number now belongs to another version.
   */
  setSplit(order: SplitOrder): Promise<Moved>;
  /**
   * Rolls back: sends all traffic to `stable`. When the revision is the recorded one, it needs one call. Otherwise it
   * ignores the revision while only Slipway's two versions are live. Repeatable.
   *
   * Throws Conflict when a third version is live, also when that version has the number of one of the two. Throws
   * NotFound when the stable version no longer exists, also when its number now belongs to another version. A throttle
   * does not end the rollback at once: it retries at least once a second, for 8 seconds.
   */
  takeBack(order: Omit<SplitOrder, 'canaryPercent'>): Promise<Moved>;
  /**
   * Returns the splits of all aliases of a function, found by the function's name. Empty when there is no such
   * function.
   */
  listSplits(functionName: string): Promise<readonly AliasSplit[]>;
  /** Protects a version from deletion until another version is pinned for the target. Repeatable. */
  pin(target: LambdaTarget, version: string): Promise<void>;
}
