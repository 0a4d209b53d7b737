/** The product beside what others know of AWS and HTTP: service models, interpreters, policy tables. They need Python. */
export default {
  testEnvironment: 'node',
  transform: {},
  extensionsToTreatAsEsm: ['.ts'],
  testMatch: ['<rootDir>/tests/oracles/**/*.test.ts'],
  globalSetup: '<rootDir>/tests/oracles/set-up.ts',
  globalTeardown: '<rootDir>/tests/oracles/print-seen.ts',
  testTimeout: 600_000,
};
