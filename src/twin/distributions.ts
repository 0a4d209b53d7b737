/**
 * Exact draws of counts in constant time: binomial by Hörmann's BTRS (1993) and Poisson by his PTRS, both by
 * transformed rejection with squeeze. When the mean is below 10, both use plain inversion. The caller provides the
 * uniform numbers.
 */
type Uniform = () => number;

export function binomial(uniform: Uniform, { n, p }: { n: number; p: number }): number {
  if (n <= 0 || p <= 0) return 0;
  if (p >= 1) return n;
  if (p > 0.5) return n - binomial(uniform, { n, p: 1 - p });
  return n * p < 10 ? invertBinomial(uniform, { n, p }) : rejectBinomial(uniform, { n, p });
}

export function poisson(uniform: Uniform, mean: number): number {
  if (mean <= 0) return 0;
  return mean < 10 ? multiplyPoisson(uniform, mean) : rejectPoisson(uniform, mean);
}

function invertBinomial(uniform: Uniform, { n, p }: { n: number; p: number }): number {
  const odds = p / (1 - p);
  let term = Math.exp(n * Math.log1p(-p));
  let left = uniform();
  for (let k = 0; k < n; k += 1) {
    if (left < term) return k;
    left -= term;
    term *= (odds * (n - k)) / (k + 1);
    // Rounding can leave a remainder that no term covers. It is far beyond any count with a real probability.
    if (term === 0) return k;
  }
  return n;
}

function rejectBinomial(uniform: Uniform, { n, p }: { n: number; p: number }): number {
  const deviation = Math.sqrt(n * p * (1 - p));
  const b = 1.15 + 2.53 * deviation;
  const a = -0.0873 + 0.0248 * b + 0.01 * p;
  const center = n * p + 0.5;
  const sureBelow = 0.92 - 4.2 / b;
  const alpha = (2.83 + 5.1 / b) * deviation;
  const odds = p / (1 - p);
  const mode = Math.floor((n + 1) * p);
  for (;;) {
    const u = uniform() - 0.5;
    const v = uniform();
    const distance = 0.5 - Math.abs(u);
    const k = Math.floor(((2 * a) / distance + b) * u + center);
    if (distance >= 0.07 && v <= sureBelow) return k;
    if (k < 0 || k > n) continue;
    const bound =
      (mode + 0.5) * Math.log((mode + 1) / (odds * (n - mode + 1))) +
      (n + 1) * Math.log((n - mode + 1) / (n - k + 1)) +
      (k + 0.5) * Math.log((odds * (n - k + 1)) / (k + 1)) +
      (stirlingTail(mode) + stirlingTail(n - mode) - stirlingTail(k) - stirlingTail(n - k));
    if (Math.log((v * alpha) / (a / (distance * distance) + b)) <= bound) return k;
  }
}

function multiplyPoisson(uniform: Uniform, mean: number): number {
  const limit = Math.exp(-mean);
  let count = 0;
  for (let product = uniform(); product > limit; product *= uniform()) count += 1;
  return count;
}

function rejectPoisson(uniform: Uniform, mean: number): number {
  const b = 0.931 + 2.53 * Math.sqrt(mean);
  const a = -0.059 + 0.02483 * b;
  const inverseAlpha = 1.1239 + 1.1328 / (b - 3.4);
  const sureBelow = 0.9277 - 3.6224 / (b - 2);
  for (;;) {
    const u = uniform() - 0.5;
    const v = uniform();
    const distance = 0.5 - Math.abs(u);
    const k = Math.floor(((2 * a) / distance + b) * u + mean + 0.43);
    if (distance >= 0.07 && v <= sureBelow) return k;
    if (k < 0 || (distance < 0.013 && v > distance)) continue;
    const weight = Math.log((v * inverseAlpha) / (a / (distance * distance) + b));
    if (weight <= -mean + k * Math.log(mean) - logFactorial(k)) return k;
  }
}

/** ln k! = the three leading terms of Stirling's series plus this tail. */
const STIRLING_TAILS = [
  0.08106146679532726, 0.0413406959554093, 0.02767792568499834, 0.02079067210376509, 0.01664469118982119,
  0.01387612882307075, 0.01189670994589177, 0.0104112652619721, 0.009255462182712733, 0.00833056343336287,
];

function stirlingTail(k: number): number {
  const tabulated = STIRLING_TAILS[k];
  if (tabulated !== undefined) return tabulated;
  const square = (k + 1) * (k + 1);
  return (1 / 12 - (1 / 360 - 1 / 1260 / square) / square) / (k + 1);
}

function logFactorial(k: number): number {
  return (k + 0.5) * Math.log(k + 1) - (k + 1) + 0.5 * Math.log(2 * Math.PI) + stirlingTail(k);
}
