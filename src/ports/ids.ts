/**
 * Makes unique ids that sort by time. An id begins with the given stem and has at most 40 characters from `A-Z a-z 0-9
 * -`.
 */
export interface Ids {
  next(stem: string): string;
}
