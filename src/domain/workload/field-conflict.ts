/** Says how a person can resolve a conflict: an apply would change fields that another tool or person has set. */

export interface ConflictingManager {
  readonly manager: string;
  /** Set when the manager owns the fields through a subresource, as after `kubectl scale`. */
  readonly subresource?: string;
  readonly fields: readonly string[];
}

/** The next step for a person. It never suggests leaving out a field that every manifest needs, such as an image. */
export function nextForConflict(conflicts: readonly ConflictingManager[]): string {
  const fields = conflicts.flatMap((one) => one.fields);
  const takeOver = 'Deploy again with "hotfix": true, which takes them over';
  if (fields.some(isEssential)) return `${takeOver}: what the manifests say holds again.`;
  return `${takeOver}; or leave them out of the manifests, if they are to stay as they are.`;
}

function isEssential(field: string): boolean {
  return /\.(image|name|selector|port|targetPort|containerPort)$/.test(field) || field.startsWith('.spec.selector');
}
