/** Types for the part of jstat that the tests use, because jstat has no types. */
declare module 'jstat' {
  export const jStat: {
    gammaln(x: number): number;
    rank(values: readonly number[]): number[];
    normal: {
      inv(p: number, mean: number, deviation: number): number;
      cdf(x: number, mean: number, deviation: number): number;
    };
  };
}
