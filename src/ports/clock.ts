/** The clock, in real or virtual time: `now` returns epoch milliseconds. */
export interface Clock {
  now(): number;
}
