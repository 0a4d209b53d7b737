/**
 * The calls that prepare a function for Slipway. A person runs them at a terminal, with that person's own rights. No
 * method moves an existing alias.
 */
import type { Watched } from '../domain/alarms/alarm-match.ts';
import type { AlarmToMake } from '../domain/alarms/alarm-to-make.ts';
import type { LambdaTarget } from '../domain/service/service-spec.ts';

export interface LiveFunction {
  readonly arn: string;
  /** Such as `nodejs24.x`; null for an image. */
  readonly runtime: string | null;
  readonly handler: string | null;
  readonly timeoutSeconds: number;
  /** The SHA-256 of the code in `$LATEST`. */
  readonly codeSha256: string | null;
  /** Null when IAM does not let the caller read the tags; `unread` then says so. */
  readonly tags: Readonly<Record<string, string>> | null;
  readonly aliases: readonly LiveAlias[] | null;
  /** What could not be read, and why: one sentence for each item. */
  readonly unread: readonly string[];
}

export interface LiveAlias {
  readonly name: string;
  readonly version: string;
  readonly isSplit: boolean;
}

export interface WatchingAlarm {
  readonly name: string;
  readonly watched: Watched;
}

/** An existing alarm, with the field names of PutMetricAlarm. */
export type AlarmThere = Readonly<Partial<Record<keyof AlarmToMake, unknown>>>;

export interface Adoptions {
  /** Throws NotFound when there is no such function. */
  read(functionName: string): Promise<LiveFunction>;
  /**
   * Publishes `$LATEST` and returns the version. When nothing has changed since the last version, it returns that
   * version. Throws Conflict when the code is no longer `codeSha256`.
   */
  publish(order: { readonly functionName: string; readonly codeSha256: string }): Promise<string>;
  /** Repeatable. Never moves an existing alias: throws Conflict when the alias is on another version. */
  createAlias(target: LambdaTarget, version: string): Promise<void>;
  /** Repeatable. Adds tags, and leaves the other tags as they are. */
  tag(arn: string, tags: Readonly<Record<string, string>>): Promise<void>;
  /** Null when there is no such metric alarm. */
  readAlarm(name: string): Promise<AlarmThere | null>;
  /** Returns the metric alarms that watch the function by its name, with any alias or none. */
  alarmsOn(functionName: string): Promise<readonly WatchingAlarm[]>;
  /** Overwrites an alarm that has this name: call `readAlarm` first. */
  putAlarm(alarm: AlarmToMake): Promise<void>;
}
