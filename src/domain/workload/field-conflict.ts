/** What resolves it when an apply would change fields that somebody else has set. */

export interface ConflictingManager {
  readonly manager: string;
  /** Set when it owns them by a subresource, as whoever has scaled a Deployment does. */
  readonly subresource?: string;
  readonly fields: readonly string[];
}

/** The next step. A field that every manifest has, such as an image, cannot be left out of it. */
export function nextForConflict(conflicts: readonly ConflictingManager[]): string {
  const fields = conflicts.flatMap((one) => one.fields);
  const takeOver = 'Deploy again with "hotfix": true, which takes them over';
  if (fields.some(isEssential)) return `${takeOver}: what the manifests say holds again.`;
  return `${takeOver}; or leave them out of the manifests, if they are to stay as they are.`;
}

function isEssential(field: string): boolean {
  return /\.(image|name|selector|port|targetPort|containerPort)$/.test(field) || field.startsWith('.spec.selector');
}
