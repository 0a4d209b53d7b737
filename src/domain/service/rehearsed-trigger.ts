/** What calls a service in the rehearsal beside the calls of its alias: as the function's triggers do in AWS. */

export const TRIGGER_KINDS = ['api', 'loadBalancer', 'schedule', 'bucket', 'topic', 'queue', 'stream', 'url'] as const;
export type TriggerKind = (typeof TRIGGER_KINDS)[number];

export interface RehearsedTrigger {
  readonly kind: TriggerKind;
  /** Of the API, the rule, the bucket, the queue. */
  readonly name: string;
  /** An alias or a version; left out, the function itself, which is where most tools point their triggers. */
  readonly calledAs?: string | undefined;
  readonly requestsPerSecond?: number | undefined;
}
