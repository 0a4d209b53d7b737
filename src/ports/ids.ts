/** Time-ordered unique strings of at most 40 characters from `A-Z a-z 0-9 -`, which begin with the given stem. */
export interface Ids {
  next(stem: string): string;
}
