/** What cfn-lint and checkov say of the packaged stack. They need Python, and are installed into the user's cache. */
export default {
  testEnvironment: 'node',
  transform: {},
  extensionsToTreatAsEsm: ['.ts'],
  testMatch: ['<rootDir>/tests/stack/**/*.test.ts'],
  globalSetup: '<rootDir>/tests/stack/install-tools.ts',
  testTimeout: 600_000,
};
