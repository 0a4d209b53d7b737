/** The latest deployment is the one with the highest fence, and a version was live when a deployment says so. The same rules as in 0001. */
export const fences = {
  version: '0006-fences',
  statements: [
    'CREATE INDEX IF NOT EXISTS deployments_by_service_fence ON deployments (service, fence)',
    'CREATE INDEX IF NOT EXISTS deployments_by_target_fence ON deployments (target, fence)',
    'CREATE INDEX IF NOT EXISTS deployments_by_target_stable ON deployments (target, stable)',
  ],
};
