/**
 * A Lambda function as a tool's output describes it, and what calls it. Each reader makes this from its own format, so
 * that what is right and what is missing is said once for all tools.
 */
import type { Watched } from '../../domain/alarms/alarm-match.ts';
import type { Sample } from '../../domain/service/event-source.ts';

export type Tool = 'serverless' | 'sam' | 'cdk' | 'cloudformation' | 'terraform' | 'aws';

export interface FoundFunction {
  readonly tool: Tool;
  /** The logical id of the template, or the address in Terraform. */
  readonly id: string;
  /** What a person may call it in `--function`; the first is the best known one. */
  readonly names: readonly string[];
  /** Null while CloudFormation or Terraform has not chosen the name. */
  readonly functionName: string | null;
  /** `nodejs24.x`; null when the output does not say it. */
  readonly runtime: string | null;
  readonly isImage: boolean;
  readonly handler: string | null;
  /** Folders of the sources, relative to the folder of the project; the best guess first. */
  readonly codeFolders: readonly string[];
  readonly tags: Readonly<Record<string, string>>;
  readonly aliases: readonly FoundAlias[];
  /** The ids of the versions that the tool itself publishes. */
  readonly versions: readonly FoundVersion[];
  readonly triggers: readonly FoundTrigger[];
  readonly alarms: readonly FoundAlarm[];
  /** As the output has them; the snippets repeat those that they must replace as a whole. */
  readonly properties: Readonly<Record<string, unknown>>;
  /** Ids that the output uses already, so that a snippet takes none of them. */
  readonly usedIds: readonly string[];
  /** Of an untransformed SAM function. */
  readonly sam?: SamFacts | undefined;
}

export interface SamFacts {
  readonly autoPublishAlias: string | null;
  readonly hasFixedSha: boolean;
  readonly hasDeploymentPreference: boolean;
}

export interface FoundAlias {
  readonly id: string;
  readonly name: string;
  /** Why a deployment of the tool moves the alias, in words that follow its name; null when the alias stays. */
  readonly movedBecause: string | null;
  /** The output does not say whether the alias stays. */
  readonly mayMove?: boolean | undefined;
  /** The version behind the alias is deleted when the tool replaces it. */
  readonly losesVersions: boolean;
  readonly provisionedConcurrency: boolean;
}

export interface FoundVersion {
  readonly id: string;
  /** The id changes with the code, so every deployment of the tool publishes. */
  readonly changes: boolean;
}

export interface FoundTrigger {
  readonly id: string;
  readonly kind: 'call' | 'permission' | 'asyncSettings';
  /** As a message names it: `HTTP API integration`. */
  readonly noun: string;
  /** The sample that a rehearsal sends; null when it has none like this. */
  readonly event: Sample | null;
  /** Of a call over HTTP: `GET /orders`. */
  readonly route?: string | undefined;
  /** The property that names the function, and its whole value. */
  readonly property: string;
  readonly value: unknown;
  /** Each qualifier by which the function is called: `$LATEST` without one, the name of an alias, or a version. */
  readonly calls: readonly string[];
  /** Moving the trigger gives it another address, or needs a hand. */
  readonly caution?: string | undefined;
}

export interface FoundAlarm {
  readonly name: string;
  readonly watched: Watched;
}

export const LATEST = '$LATEST';

/** Whether some of its calls go to code that is not released yet. */
export function isPastAlias({ calls }: FoundTrigger): boolean {
  return calls.includes(LATEST);
}
