/**
 * How much is tried. `npm test` takes a part of the seeds and of the cases, so that it ends soon. With SLIPWAY_TEST_FULL=1, as in `.ci/run`,
 * it takes all of them, and also runs the long suites of jest.config.js.
 */
const isFull = process.env.SLIPWAY_TEST_FULL === '1';

/** How many seeds of the simulation are played. */
export const SEEDS = isFull ? 1_000 : 40;
/** An order is interrupted before every call of its port, or before every eighth. */
export const CALL_STEP = isFull ? 1 : 8;
/** Every situation of a table is played, or every thirty-second. */
export const SITUATION_STEP = isFull ? 1 : 32;
/** How many conversations of callers with random roles are played. */
export const CALLER_SEEDS = isFull ? 30 : 10;
/** How many runs of a healthy version the mean of an e-value is taken over. */
export const HEALTHY_RUNS = isFull ? 100_000 : 20_000;
