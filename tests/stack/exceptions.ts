/** Findings of the tools that are intended: `exceptions.yml`, by rule and resource, each with its reason. */
import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import type { Finding, Tool } from './findings.ts';

export interface Exception {
  readonly rule: string;
  /** `AWS::S3::Bucket/ServerlessDeploymentBucket`, or `AWS::Lambda::Function/*` for all resources of a type. */
  readonly on: readonly string[];
  readonly because: string;
}

export function exceptionsFor(tool: Tool): readonly Exception[] {
  const file = parse(readFileSync(new URL('./exceptions.yml', import.meta.url), 'utf8')) as Record<
    Tool,
    readonly Exception[]
  >;
  return file[tool];
}

/** Returns the findings without an exception. */
export function problemsIn(findings: readonly Finding[], exceptions: readonly Exception[]): string[] {
  return findings
    .filter((finding) => !exceptions.some((exception) => isExcepted(finding, exception)))
    .map(({ rule, on, says }) => `${rule} on ${on}: ${says}`);
}

/** Returns exceptions without a reason, and exceptions or resources in them that no template needs. */
export function leftOverExceptions(exceptions: readonly Exception[], findings: readonly Finding[]): string[] {
  return exceptions.flatMap(({ rule, on, because = '' }) => [
    ...(because.length < REASON_LENGTH_MIN ? [`${rule} is excepted without a reason. Say why.`] : []),
    ...on
      .filter((one) => !findings.some((finding) => isExcepted(finding, { rule, on: [one], because })))
      .map((one) => `${rule} is excepted on ${one}, and is not found there. Delete the exception.`),
  ]);
}

const REASON_LENGTH_MIN = 20;

function isExcepted({ rule, on }: Finding, exception: Exception): boolean {
  return (
    rule === exception.rule &&
    exception.on.some((one) => (one.endsWith('/*') ? on.startsWith(one.slice(0, -1)) : on === one))
  );
}
