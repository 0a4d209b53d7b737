/**
 * The fingerprints of a deployment's versions; null in a row that an older Slipway wrote. The rules are those of 0001.
 */
export const fingerprints = {
  version: '0008-fingerprints',
  statements: ['ALTER TABLE deployments ADD COLUMN IF NOT EXISTS fingerprints text'],
};
