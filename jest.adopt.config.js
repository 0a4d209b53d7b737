/** Services as other tools make them: their own programs translate, synthesise and render the examples. They need Python and Go. */
export default {
  testEnvironment: 'node',
  transform: {},
  extensionsToTreatAsEsm: ['.ts'],
  testMatch: ['<rootDir>/tests/adopt/**/*.test.ts'],
  globalSetup: '<rootDir>/tests/adopt/install-tools.ts',
  testTimeout: 600_000,
};
