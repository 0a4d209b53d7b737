/** Node's own type stripping and ES modules: no transform, so a stack trace names the lines that were written. */
export default {
  testEnvironment: 'node',
  transform: {},
  extensionsToTreatAsEsm: ['.ts'],
  testMatch: ['<rootDir>/tests/**/*.test.ts'],
  testPathIgnorePatterns: ['e2e', 'integration', 'cluster', 'stack', 'oracles', 'adopt'].map(
    (suite) => `<rootDir>/tests/${suite}/`,
  ),
  // For what hangs, and not for what is slow on a busy machine.
  testTimeout: 60_000,
  coverageProvider: 'v8',
  // Those left out hold types alone: there is nothing in them to run.
  collectCoverageFrom: [
    'src/**/*.ts',
    '!src/ports.ts',
    '!src/domain/deployment/measurement.ts',
    '!src/domain/service/service-spec.ts',
    '!src/ports/*.ts',
    '!src/api/contract.ts',
    '!src/domain/workload/cluster-call.ts',
    '!src/domain/verdict/period-row.ts',
    '!src/domain/deployment/{explanation,page}.ts',
    '!src/domain/health.ts',
    '!src/domain/pipeline/run-results.ts',
    '!src/domain/preflight/start-result.ts',
  ],
  coverageThreshold: { global: { lines: 90 }, './src/domain/': { branches: 100, lines: 100 } },
  maxWorkers: '100%',
};
