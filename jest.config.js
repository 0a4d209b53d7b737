/** Node's own type stripping and ES modules: no transform, so a stack trace names the lines that were written. */
const own = {
  testEnvironment: 'node',
  transform: {},
  extensionsToTreatAsEsm: ['.ts'],
};
const OTHER_SUITES = ['e2e', 'integration', 'cluster', 'stack', 'oracles', 'adopt', 'package'].map(
  (folder) => `<rootDir>/tests/${folder}/`,
);
/** The first reads the environment as its modules load; the others set the clock. Each needs modules and timers of its own. */
const ISOLATED = ['functions/handlers', 'aws/database-password', 'kubernetes/run-kubectl'].map(
  (suite) => `<rootDir>/tests/${suite}.test.ts`,
);
/**
 * They wait in real time, run other programs for long, or run a contract again. `npm test` leaves them out, unless a path is named or
 * SLIPWAY_TEST_FULL=1 is set, as in `.ci/run`.
 */
const LONG = [
  ...['adoption/judged-releases', 'adoption/handlers-load', 'examples/write-back'],
  ...['kept', 'proofs', 'bundle', 'bundling', 'permissions', 'pipeline', 'stack'].map((suite) => `repo/${suite}`),
  ...['release', 'token', 'template', 'refusals'].map((suite) => `plugin/${suite}`),
  ...['containers/kubectl-task', 'containers/buildspec', 'containers/pipeline-buildspecs', 'kubernetes/kubectl-proxy'],
  ...['init-serverless', 'calibrate', 'exit-codes', 'remote-session'].map((suite) => `cli/${suite}`),
  ...['embedded-cluster', 'embedded-triggers', 'embedded-handlers', 'handlers-that-fail', 'server-errors'].map(
    (suite) => `embedded/${suite}`,
  ),
  ...['seeds-show', 'seeds-show-workloads', 'fleet'].map((suite) => `simulation/${suite}`),
  // The same contract runs on PGlite in each run, and on a real PostgreSQL in tests/integration.
  ...['contracts/store.bundled', 'contracts/store.dsql', 'contracts/ledger-tables'],
  ...['refusals', 'conflicts'].map((suite) => `contracts/dsql-${suite}`),
  ...['many-rows', 'foreign-tables', 'alarm-text'].map((suite) => `contracts/${suite}`),
].map((suite) => `<rootDir>/tests/${suite}\\.test\\.ts$`);
const isNamed = process.argv.slice(2).some((word) => word.startsWith('tests/'));
const left = isNamed || process.env.SLIPWAY_TEST_FULL === '1' ? [] : LONG;

export default {
  projects: [
    {
      ...own,
      displayName: 'plain',
      // Without contexts of `vm`, in which the same code takes several times as long. The suites of a worker share its modules.
      runner: 'jest-light-runner',
      setupFilesAfterEnv: ['<rootDir>/tests/time-limit.ts'],
      testMatch: ['<rootDir>/tests/**/*.test.ts'],
      testPathIgnorePatterns: [...OTHER_SUITES, ...ISOLATED, ...left],
    },
    { ...own, displayName: 'isolated', testMatch: ISOLATED },
  ],
  // For what hangs, and not for what is slow on a busy machine.
  testTimeout: 300_000,
  maxWorkers: '100%',
};
