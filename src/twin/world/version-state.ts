/**
 * The states of a version, following AWS's page "Lambda function states". Calls reach only an Active version, and a
 * call to an Inactive version fails and wakes it. As in AWS, calls that are refused here are in no metric.
 */
import { LATEST, type VersionState } from '../../domain/lambda/version-fact.ts';
import type { FunctionVersion, LambdaFunction } from './world.ts';

const WAKES_IN_MS = 60_000;

/** A published version by its number, or the unpublished code by its name. */
export function versionIn(found: LambdaFunction, name: string): FunctionVersion | undefined {
  return name === LATEST ? found.latest : found.versions[name];
}

export function stateAt(
  { readiness }: FunctionVersion,
  now: number,
): { readonly state: VersionState; readonly reason: string | null } {
  if (readiness === undefined) return { state: 'Active', reason: null };
  const { pendingUntil, becomes, reason } = readiness;
  if (now < pendingUntil) return { state: 'Pending', reason: 'The function is being created.' };
  return { state: becomes, reason: becomes === 'Active' ? null : reason };
}

/**
 * Returns whether a call reaches the version now. The question wakes an Inactive version, which is Pending from then
 * on.
 */
export function takesCalls(version: FunctionVersion, now: number): boolean {
  const { state } = stateAt(version, now);
  if (state === 'Inactive') version.readiness = { pendingUntil: now + WAKES_IN_MS, becomes: 'Active', reason: '' };
  return state === 'Active';
}
