/** Node's own type stripping and ES modules: no transform, so a stack trace names the lines that were written. */
const own = {
  testEnvironment: 'node',
  transform: {},
  extensionsToTreatAsEsm: ['.ts'],
};
const OTHER_SUITES = ['e2e', 'integration', 'cluster', 'stack', 'oracles', 'adopt'].map(
  (folder) => `<rootDir>/tests/${folder}/`,
);
/** The first reads the environment as its modules load; the others set the clock. Each needs modules and timers of its own. */
const ISOLATED = ['functions/handlers', 'aws/database-password', 'kubernetes/run-kubectl'].map(
  (suite) => `<rootDir>/tests/${suite}.test.ts`,
);
/**
 * `npm test` leaves out the suites of both lists, unless a path is named or SLIPWAY_TEST_FULL=1 is set, as in `.ci/run`. The first list
 * mostly waits: for a rollout in real time, or for another program.
 */
const WAITING = [
  'adoption/judged-releases',
  ...['release', 'token', 'template', 'refusals'].map((suite) => `plugin/${suite}`),
  ...['containers/kubectl-task', 'containers/buildspec', 'containers/pipeline-buildspecs', 'kubernetes/kubectl-proxy'],
  ...[
    'apply',
    'terminal',
    'tutorial',
    'exit-codes',
    'remote-session',
    'watch/watch',
    'watch/tmux',
    'start-refusals',
    'start-stop',
    'full-disk',
    'killed-starts',
  ].map((suite) => `cli/${suite}`),
  ...[
    'embedded-cluster',
    'embedded-triggers',
    'embedded-handlers',
    'sample-requests',
    'judge-findings',
    'handlers-that-fail',
    'server-errors',
    'judged-as-rehearsed',
  ].map((suite) => `embedded/${suite}`),
];
/** These compute, or run a contract again. */
const LONG = [
  ...['adoption/handlers-load', 'examples/write-back'],
  ...['kept', 'proofs', 'bundle', 'bundling', 'permissions', 'pipeline', 'stack'].map((suite) => `repo/${suite}`),
  ...['init-serverless', 'calibrate'].map((suite) => `cli/${suite}`),
  ...['seeds-show', 'seeds-show-workloads', 'fleet'].map((suite) => `simulation/${suite}`),
  // The same contract runs on PGlite in each run, and on a real PostgreSQL in tests/integration.
  ...['contracts/store.bundled', 'contracts/store.dsql', 'contracts/ledger-tables'],
  ...['refusals', 'conflicts'].map((suite) => `contracts/dsql-${suite}`),
  ...['many-rows', 'foreign-tables', 'alarm-text'].map((suite) => `contracts/${suite}`),
];

/** `.ci/run` runs what waits beside other suites: SLIPWAY_TEST_PART is `waiting`, and then `computing`. */
const part = process.env.SLIPWAY_TEST_PART;
const isNamed = process.argv.slice(2).some((word) => word.startsWith('tests/'));
const isFull = isNamed || process.env.SLIPWAY_TEST_FULL === '1';
const left = [...(isFull ? [] : LONG), ...(isFull && part !== 'computing' ? [] : WAITING)];
const chosen = part === 'waiting' ? WAITING : ['**/*'];
const isolated = { ...own, displayName: 'isolated', testMatch: ISOLATED };

export default {
  projects: [
    {
      ...own,
      displayName: 'plain',
      // Without contexts of `vm`, in which the same code takes several times as long. The suites of a worker share its modules.
      runner: 'jest-light-runner',
      setupFilesAfterEnv: ['<rootDir>/tests/time-limit.ts'],
      testMatch: chosen.map((suite) => `<rootDir>/tests/${suite}.test.ts`),
      testPathIgnorePatterns: [
        ...OTHER_SUITES,
        ...ISOLATED,
        ...left.map((suite) => `<rootDir>/tests/${suite}\\.test\\.ts$`),
      ],
    },
    ...(part === 'waiting' ? [] : [isolated]),
  ],
  // For what hangs, and not for what is slow on a busy machine.
  testTimeout: 300_000,
  maxWorkers: '100%',
};
