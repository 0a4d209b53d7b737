/** How the simulated API server refuses a request: in its own words, with the object and the next step. */

import { type ErrorDetails, type ErrorName, SlipwayError } from '../../../domain/errors.ts';
import { type ObjectRef, objectName } from '../../../domain/workload/cluster-object.ts';
import { nextForConflict } from '../../../domain/workload/field-conflict.ts';
import type { FieldConflict } from './field-ownership.ts';
import { qualified, type Resource } from './resources.ts';

export interface Subject {
  readonly ref: ObjectRef;
  readonly resource: Resource;
}

export function notFound(subject: Subject): SlipwayError {
  return refusal('NotFound', {
    ...subject,
    reason: `${named(subject)} not found`,
    next: 'Create it, or correct the name.',
  });
}

export function namespaceNotFound(subject: Subject): SlipwayError {
  const reason = `namespaces "${subject.ref.metadata.namespace}" not found`;
  return refusal('NotFound', { ...subject, reason, next: 'Create the namespace, or correct its name.' });
}

export function namespaceEnding(subject: Subject): SlipwayError {
  const { namespace } = subject.ref.metadata;
  const why = `unable to create new content in namespace ${namespace} because it is being terminated`;
  const reason = `${named(subject)} is forbidden: ${why}`;
  return refusal('InvalidRequest', {
    ...subject,
    reason,
    next: 'Wait until the namespace has gone, and create it again.',
  });
}

export function alreadyThere(subject: Subject): SlipwayError {
  const next = 'Read it, and replace it with its resourceVersion.';
  return refusal('Conflict', { ...subject, reason: `${named(subject)} already exists`, next });
}

export function hasChanged(subject: Subject): SlipwayError {
  const why = 'the object has been modified; please apply your changes to the latest version and try again';
  const reason = `Operation cannot be fulfilled on ${named(subject)}: ${why}`;
  return refusal('Conflict', { ...subject, reason, next: 'Read it again.' });
}

/** `causes` are field errors in the API server's form, `spec.selector: Required value`. */
export function invalid(subject: Subject, causes: readonly string[]): SlipwayError {
  const { kind, group } = subject.resource;
  const name = `${group === '' ? kind : `${kind}.${group}`} "${subject.ref.metadata.name}"`;
  const reason = `${name} is invalid: ${causes.length === 1 ? causes[0] : `[${causes.join(', ')}]`}`;
  return refusal('InvalidRequest', { ...subject, reason, next: 'Correct the manifest.' });
}

export function badRequest(subject: Subject, reason: string): SlipwayError {
  return refusal('InvalidRequest', { ...subject, reason, next: 'Correct the manifest.' });
}

export function overQuota(subject: Subject, why: string): SlipwayError {
  const reason = `${named(subject)} is forbidden: ${why}`;
  return refusal('InvalidRequest', { ...subject, reason, next: 'Raise the quota, or make room under it.' });
}

export function podForbidden(subject: Subject, why: string): SlipwayError {
  const reason = `${named(subject)} is forbidden: ${why}`;
  return refusal('InvalidRequest', { ...subject, reason, next: 'Change its template, or what the namespace allows.' });
}

export interface Asked {
  readonly verb: string;
  readonly user: string;
  readonly subresource?: string;
}

export function accessDenied(subject: Subject, { verb, user, subresource }: Asked): SlipwayError {
  const { plural, group } = subject.resource;
  const { name, namespace } = subject.ref.metadata;
  const what = name === '' ? qualified(subject.resource) : named(subject);
  const where = namespace === undefined ? 'at the cluster scope' : `in the namespace "${namespace}"`;
  const part = subresource === undefined ? plural : `${plural}/${subresource}`;
  const can = `User "${user}" cannot ${verb} resource "${part}" in API group "${group}" ${where}`;
  return refusal('Broken', {
    ...subject,
    reason: `${what} is forbidden: ${can}`,
    next: 'Give it the permission by a Role and a RoleBinding.',
    details: { permission: { verb, resource: group === '' ? part : `${part}.${group}`, namespace } },
  });
}

export function applyConflict(subject: Subject, conflicts: readonly FieldConflict[]): SlipwayError {
  const count = conflicts.reduce((sum, { fields }) => sum + fields.length, 0);
  const { apiVersion } = subject.ref;
  const said = conflicts.map((conflict) => saidOf(conflict, { apiVersion, isOnly: count === 1 })).join('\n');
  const named = conflicts.map(({ owner: { manager, subresource }, fields }) => {
    return { manager, ...(subresource !== undefined && { subresource }), fields };
  });
  return refusal('Conflict', {
    ...subject,
    reason: `Apply failed with ${count} conflict${count === 1 ? '' : 's'}: ${said}`,
    next: nextForConflict(named),
    details: { conflicts: named },
  });
}

function saidOf(
  { owner: { manager, subresource, operation }, fields }: FieldConflict,
  { apiVersion, isOnly }: { apiVersion: string; isOnly: boolean },
): string {
  const through = subresource === undefined ? '' : ` with subresource "${subresource}"`;
  const by = `"${manager}"${through}${operation === 'Update' ? ` using ${apiVersion}` : ''}`;
  if (isOnly) return `conflict with ${by}: ${fields[0]}`;
  return `conflicts with ${by}:${fields.map((field) => `\n- ${field}`).join('')}`;
}

/** `deployments.apps "orders"`. */
function named({ ref, resource }: Subject): string {
  return `${qualified(resource)} "${ref.metadata.name}"`;
}

interface Refusal extends Subject {
  readonly reason: string;
  readonly next: string;
  readonly details?: ErrorDetails;
}

function refusal(name: ErrorName, { ref, reason, next, details }: Refusal): SlipwayError {
  const about = ref.metadata.name === '' ? '' : `${objectName(ref)}: `;
  return new SlipwayError(name, `${about}${reason}. ${next}`, details === undefined ? {} : { details });
}
