/** Reads from the API server's message which owners have the fields that a server-side apply would have changed. */

import { type ConflictingManager, nextForConflict } from '../domain/workload/field-conflict.ts';

export interface ApplyConflict {
  readonly reason: string;
  readonly next: string;
  readonly details: { readonly conflicts: readonly ConflictingManager[] };
}

const OWNER =
  /conflicts? with "([^"]*)"(?: with subresource "([^"]*)")?(?: using [^\s:]+)?(?: at [-\dT:]+Z)?:(?: (\S.*))?$/;

/** Returns null when the message is about something else. */
export function conflictOf(complaint: string): ApplyConflict | null {
  if (!/Apply failed with \d+ conflicts?: /.test(complaint)) return null;
  const conflicts = ownersIn(complaint);
  const owners = conflicts.map(
    ({ manager, subresource, fields }) =>
      `manager "${manager}"${subresource === undefined ? '' : ` (by ${subresource})`} owns ${fields.join(', ')}`,
  );
  return {
    reason: owners.length > 0 ? owners.join('; ') : 'other managers own some of its fields',
    next: nextForConflict(conflicts),
    details: { conflicts },
  };
}

/** A single field comes after its owner on the same line. Several fields come below the owner, one on each line. */
function ownersIn(complaint: string): readonly ConflictingManager[] {
  const found: { manager: string; subresource?: string; fields: string[] }[] = [];
  for (const line of complaint.split('\n')) {
    const [isOwner, manager = '', subresource, field] = OWNER.exec(line) ?? [];
    if (isOwner !== undefined) {
      found.push({ manager, ...(subresource && { subresource }), fields: field === undefined ? [] : [field] });
    } else if (line.startsWith('- ')) {
      found.at(-1)?.fields.push(line.slice(2));
    }
  }
  return found;
}
