/**
 * The states of a version, after AWS's page "Lambda function states": calls reach an Active one only, and a call to an
 * Inactive one fails and wakes it. Calls that are refused here are in no metric, as in AWS.
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

/** Whether a call reaches the version now. Asking wakes an Inactive one, which is Pending from then on. */
export function takesCalls(version: FunctionVersion, now: number): boolean {
  const { state } = stateAt(version, now);
  if (state === 'Inactive') version.readiness = { pendingUntil: now + WAKES_IN_MS, becomes: 'Active', reason: '' };
  return state === 'Active';
}
