/** What the versions of a deployment are made of; null in a row of a version before. The same rules as in 0001. */
export const fingerprints = {
  version: '0008-fingerprints',
  statements: ['ALTER TABLE deployments ADD COLUMN IF NOT EXISTS fingerprints text'],
};
