/**
 * What a function needs before Slipway may deploy to it, and the calls that make it: for a person at a terminal, with that person's
 * rights. Nothing here moves an alias that is there or changes an alarm.
 */
import type { Watched } from '../domain/alarms/alarm-match.ts';
import type { AlarmToMake } from '../domain/alarms/alarm-to-make.ts';
import type { LambdaTarget } from '../domain/service/service-spec.ts';

export interface LiveFunction {
  readonly arn: string;
  /** `nodejs24.x`; null for an image. */
  readonly runtime: string | null;
  readonly handler: string | null;
  readonly timeoutSeconds: number;
  /** Of the code in $LATEST. */
  readonly codeSha256: string | null;
  /** Null when IAM does not let the caller read them; `unread` then says so. */
  readonly tags: Readonly<Record<string, string>> | null;
  readonly aliases: readonly LiveAlias[] | null;
  /** What could not be read, and why, each a sentence. */
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

/** An alarm that is there, in the names of PutMetricAlarm. */
export type AlarmThere = Readonly<Partial<Record<keyof AlarmToMake, unknown>>>;

export interface Adoptions {
  /** Throws NotFound. */
  read(functionName: string): Promise<LiveFunction>;
  /** Answers with the version that is there when nothing changed since. Throws Conflict when the code is no longer `codeSha256`. */
  publish(order: { readonly functionName: string; readonly codeSha256: string }): Promise<string>;
  /** Harmless to repeat. Never moves an alias that is there: throws Conflict when it is on another version. */
  createAlias(target: LambdaTarget, version: string): Promise<void>;
  /** Adds tags, and leaves the others. Harmless to repeat. */
  tag(arn: string, tags: Readonly<Record<string, string>>): Promise<void>;
  /** Null when there is no such metric alarm. */
  readAlarm(name: string): Promise<AlarmThere | null>;
  /** The metric alarms that watch the function by its name, whatever its alias. */
  alarmsOn(functionName: string): Promise<readonly WatchingAlarm[]>;
  /** Overwrites an alarm of this name: ask `readAlarm` first. */
  putAlarm(alarm: AlarmToMake): Promise<void>;
}
