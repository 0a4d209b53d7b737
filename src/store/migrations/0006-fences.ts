/**
 * Indexes to find the latest deployment, which has the highest fence, and the deployments that recorded a version as
 * live. The rules are those of 0001.
 */
export const fences = {
  version: '0006-fences',
  statements: [
    'CREATE INDEX IF NOT EXISTS deployments_by_service_fence ON deployments (service, fence)',
    'CREATE INDEX IF NOT EXISTS deployments_by_target_fence ON deployments (target, fence)',
    'CREATE INDEX IF NOT EXISTS deployments_by_target_stable ON deployments (target, stable)',
  ],
};
