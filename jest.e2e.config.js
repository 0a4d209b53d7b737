/** The stack on an AWS emulator: the one that AWS_ENDPOINT_URL names, or one that is started for the run. */
export default {
  testEnvironment: 'node',
  transform: {},
  extensionsToTreatAsEsm: ['.ts'],
  testMatch: ['<rootDir>/tests/e2e/**/*.test.ts'],
  globalSetup: '<rootDir>/tests/e2e/start-emulator.ts',
  globalTeardown: '<rootDir>/tests/e2e/stop-emulator.ts',
  // One account, one story: what comes later builds on what came before.
  maxWorkers: 1,
  // For hangs alone: packaging the stack takes minutes on a busy machine.
  testTimeout: 600_000,
};
