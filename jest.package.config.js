/** The packed npm package, installed into empty folders and used there under the oldest Node and the newest one. */
export default {
  testEnvironment: 'node',
  transform: {},
  extensionsToTreatAsEsm: ['.ts'],
  testMatch: ['<rootDir>/tests/package/**/*.test.ts'],
  globalSetup: '<rootDir>/tests/package/pack.ts',
  globalTeardown: '<rootDir>/tests/package/remove-package.ts',
  // Each Node plays a rollout in real time, and the machine has to keep up with its traffic.
  maxWorkers: 1,
  testTimeout: 600_000,
};
