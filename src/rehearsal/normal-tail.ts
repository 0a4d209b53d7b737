/** The upper tail of the standard normal distribution. */
export function normalTail(z: number): number {
  const steps = 40;
  const width = Math.abs(z) / steps;
  const density = (x: number) => Math.exp((-x * x) / 2) / Math.sqrt(2 * Math.PI);
  let sum = density(0) + density(z);
  for (let index = 1; index < steps; index += 1) sum += density(index * width) * (index % 2 === 0 ? 2 : 4);
  const half = (sum * width) / 3;
  return z >= 0 ? 0.5 - half : 0.5 + half;
}
