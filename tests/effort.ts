/**
 * How much is tried. `npm test` takes a part of the seeds and of the cases, so that it ends soon. With SLIPWAY_TEST_FULL=1, as in `.ci/run`,
 * it takes all of them, and also runs the long suites of jest.config.js.
 */
const isFull = process.env.SLIPWAY_TEST_FULL === '1';

/** How many seeds of the simulation are played. */
export const SEEDS = isFull ? 1_000 : 200;
/** An order is interrupted before every call of its port, or before every eighth. */
export const CALL_STEP = isFull ? 1 : 8;
/** Every situation of a table is played, or every sixteenth. */
export const SITUATION_STEP = isFull ? 1 : 16;
