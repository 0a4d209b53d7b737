/**
 * How much is tried. `npm test` takes a part of the seeds and of the cases, so that it ends in a minute. With SLIPWAY_TEST_FULL=1, as in
 * `.ci/run`, all of them are tried, and the suites of jest.config.js that take long run as well.
 */
const isFull = process.env.SLIPWAY_TEST_FULL === '1';

/** Of the simulation. */
export const SEEDS = isFull ? 1_000 : 200;
/** An order is interrupted before every call of its port, or before every eighth. */
export const CALL_STEP = isFull ? 1 : 8;
/** Every situation of a table is played, or every sixteenth. */
export const SITUATION_STEP = isFull ? 1 : 16;
