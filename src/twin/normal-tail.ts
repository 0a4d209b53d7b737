/**
 * The upper tail of the standard normal distribution. Source: Hart (1968), as given by West in Better approximations to
 * cumulative normal functions (2005).
 */

const ROOT_OF_TWO_PI = Math.sqrt(2 * Math.PI);
/** Above this value a continued fraction replaces the polynomials, which keeps the relative error small. */
const FAR = 4;
const FAR_TERMS = 80;

/**
 * Returns the probability that a standard normal variable exceeds z. The relative error is below 1e-12, also far out.
 */
export function normalTail(z: number): number {
  const distance = Math.abs(z);
  const density = Math.exp((-distance * distance) / 2);
  const tail = distance < FAR ? density * nearRatio(distance) : density / (ROOT_OF_TWO_PI * farRatio(distance));
  return z > 0 ? tail : 1 - tail;
}

function nearRatio(x: number): number {
  let over = 3.52624965998911e-2 * x + 0.700383064443688;
  over = over * x + 6.37396220353165;
  over = over * x + 33.912866078383;
  over = over * x + 112.079291497871;
  over = over * x + 221.213596169931;
  over = over * x + 220.206867912376;
  let under = 8.83883476483184e-2 * x + 1.75566716318264;
  under = under * x + 16.064177579207;
  under = under * x + 86.7807322029461;
  under = under * x + 296.564248779674;
  under = under * x + 637.333633378831;
  under = under * x + 793.826512519948;
  under = under * x + 440.413735824752;
  return over / under;
}

function farRatio(x: number): number {
  let ratio = x;
  for (let term = FAR_TERMS; term > 0; term -= 1) ratio = x + term / ratio;
  return ratio;
}
