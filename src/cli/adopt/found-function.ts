/**
 * A Lambda function as a tool's output describes it, and its callers. Each reader makes this from its own format, so
 * that the checks are written once for all tools.
 */
import type { Watched } from '../../domain/alarms/alarm-match.ts';
import type { Sample } from '../../domain/service/event-source.ts';

export type Tool = 'serverless' | 'sam' | 'cdk' | 'cloudformation' | 'terraform' | 'aws';

export interface FoundFunction {
  readonly tool: Tool;
  /** The logical id of the template, or the address in Terraform. */
  readonly id: string;
  /** The names that a person may give in `--function`; the first is the best known. */
  readonly names: readonly string[];
  /** Null until CloudFormation or Terraform has chosen the name. */
  readonly functionName: string | null;
  /** For example `nodejs24.x`; null when the output does not say it. */
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
  /** As in the output. The snippets repeat the properties that they must replace as a whole. */
  readonly properties: Readonly<Record<string, unknown>>;
  /** Ids that the output uses already, so that a snippet uses none of them. */
  readonly usedIds: readonly string[];
  /** Set for a SAM function before the transform. */
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
  /** Why a deployment of the tool moves the alias, as words that follow its name; null when the alias stays. */
  readonly movedBecause: string | null;
  /** True when the output does not say whether the alias stays. */
  readonly mayMove?: boolean | undefined;
  /** True when the tool deletes the version behind the alias as it replaces it. */
  readonly losesVersions: boolean;
  readonly provisionedConcurrency: boolean;
}

export interface FoundVersion {
  readonly id: string;
  /** True when the id changes with the code, so that every deployment of the tool publishes a version. */
  readonly changes: boolean;
}

export interface FoundTrigger {
  readonly id: string;
  readonly kind: 'call' | 'permission' | 'asyncSettings';
  /** The name in a message, for example `HTTP API integration`. */
  readonly noun: string;
  /** The sample that a rehearsal sends; null when there is no such sample. */
  readonly event: Sample | null;
  /** The route of a call over HTTP, for example `GET /orders`. */
  readonly route?: string | undefined;
  /** The property that names the function, and its whole value. */
  readonly property: string;
  readonly value: unknown;
  /**
   * Each qualifier by which the function is called: `$LATEST` when there is none, the name of an alias, or a version.
   */
  readonly calls: readonly string[];
  /** Set when a move gives the trigger another address, or needs manual work. */
  readonly caution?: string | undefined;
}

export interface FoundAlarm {
  readonly name: string;
  readonly watched: Watched;
}

export const LATEST = '$LATEST';

/** True when some calls go to code that is not released yet. */
export function isPastAlias({ calls }: FoundTrigger): boolean {
  return calls.includes(LATEST);
}
