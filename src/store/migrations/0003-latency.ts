/**
 * The baseline by which a rollout's latency is judged, and the counts of slower requests. The rules are those of 0001.
 */
export const latency = {
  version: '0003-latency',
  statements: [
    'ALTER TABLE deployments ADD COLUMN IF NOT EXISTS baseline text',
    'ALTER TABLE evidence ADD COLUMN IF NOT EXISTS canary_slower text',
    'ALTER TABLE evidence ADD COLUMN IF NOT EXISTS stable_slower text',
  ],
};
