/** The time, real or virtual: `now` is in epoch milliseconds. */
export interface Clock {
  now(): number;
}
