/**
 * A trigger that calls a service in the rehearsal, in addition to the calls of the alias, as triggers of a function do
 * in AWS.
 */

export const TRIGGER_KINDS = ['api', 'loadBalancer', 'schedule', 'bucket', 'topic', 'queue', 'stream', 'url'] as const;
export type TriggerKind = (typeof TRIGGER_KINDS)[number];

export interface RehearsedTrigger {
  readonly kind: TriggerKind;
  /** The name of the API, the rule, the bucket, the queue and so on. */
  readonly name: string;
  /**
   * The alias or the version that the trigger calls. When left out, the trigger calls the function itself, as most
   * tools configure it.
   */
  readonly calledAs?: string | undefined;
  readonly requestsPerSecond?: number | undefined;
}
