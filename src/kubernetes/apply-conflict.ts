/** Who owns the fields that a server-side apply would have changed, read from the API server's message. */

import { type ConflictingManager, nextForConflict } from '../domain/workload/field-conflict.ts';

export interface ApplyConflict {
  readonly reason: string;
  readonly next: string;
  readonly details: { readonly conflicts: readonly ConflictingManager[] };
}

const OWNER =
  /conflicts? with "([^"]*)"(?: with subresource "([^"]*)")?(?: using [^\s:]+)?(?: at [-\dT:]+Z)?:(?: (\S.*))?$/;

/** Null when the complaint is of something else. */
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

/** One field stands behind its owner; several stand below it, one a line. */
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
