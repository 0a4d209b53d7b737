/** The suites that need a real PostgreSQL: the one that DATABASE_URL names, or one that is started for the run. */
export default {
  testEnvironment: 'node',
  transform: {},
  extensionsToTreatAsEsm: ['.ts'],
  testMatch: ['<rootDir>/tests/integration/**/*.test.ts'],
  globalSetup: '<rootDir>/tests/integration/start-postgres.ts',
  globalTeardown: '<rootDir>/tests/integration/stop-postgres.ts',
  testTimeout: 600_000,
};
