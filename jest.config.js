/** Node's own type stripping and ES modules: no transform, so a stack trace names the lines that were written. */
const own = {
  testEnvironment: 'node',
  transform: {},
  extensionsToTreatAsEsm: ['.ts'],
};
const OTHER_SUITES = ['e2e', 'integration', 'cluster', 'stack', 'oracles', 'adopt'].map(
  (suite) => `<rootDir>/tests/${suite}/`,
);
/** The first reads the environment as its modules load; the others set the clock. Both need modules and timers of their own. */
const ISOLATED = ['functions/handlers', 'aws/database-password', 'kubernetes/run-kubectl'].map(
  (suite) => `<rootDir>/tests/${suite}.test.ts`,
);

export default {
  projects: [
    {
      ...own,
      displayName: 'plain',
      // Without contexts of `vm`, in which the same code takes several times as long. Modules are loaded once for all suites of a worker.
      runner: 'jest-light-runner',
      setupFilesAfterEnv: ['<rootDir>/tests/time-limit.ts'],
      testMatch: ['<rootDir>/tests/**/*.test.ts'],
      testPathIgnorePatterns: [...OTHER_SUITES, ...ISOLATED],
    },
    { ...own, displayName: 'isolated', testMatch: ISOLATED },
  ],
  // For what hangs, and not for what is slow on a busy machine.
  testTimeout: 60_000,
  maxWorkers: '100%',
};
