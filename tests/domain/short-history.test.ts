import { historyOf } from '../../src/domain/verdict/burstiness.ts';
import { POLICY_DEFAULTS, type SequentialPolicy, type SeriesPolicy } from '../../src/domain/verdict/policy.ts';
import { ERROR_HARMS } from '../../src/domain/verdict/ratios.ts';
import { initial, next } from '../../src/domain/verdict/sequential.ts';
import { drawNoise } from '../../src/rehearse/model/draw-period.ts';
import { type Random, seededRandom } from '../../src/twin/random.ts';
import { MINUTE, OPENED_AT } from './a-deployment.ts';

const ROLLOUTS = 300;
const MINUTES = 30;

interface Service {
  readonly requestsPerSecond: number;
  readonly errorRate: number;
  readonly noise: number;
}

/** One minute of a version whose error rate strays by the noise. */
function minuteOf(
  random: Random,
  { requests: mean, service }: { readonly requests: number; readonly service: Service },
) {
  const requests = random.poisson(mean);
  const rate = Math.min(1, service.errorRate * drawNoise(random, service.noise));
  return { requests, count: random.binomial(requests, rate) };
}

function isTakenBack(
  service: Service,
  { historyMinutes, seed }: { readonly historyMinutes: number; readonly seed: string },
) {
  const random = seededRandom(seed);
  const all = service.requestsPerSecond * 60;
  const before = Array.from({ length: historyMinutes }, () => minuteOf(random, { requests: all, service }));
  const series: SeriesPolicy[] = [
    { count: 'errors', name: 'errors', harms: ERROR_HARMS, badRate: 0.2, history: historyOf(before) },
  ];
  const policy: SequentialPolicy = {
    ...POLICY_DEFAULTS,
    ...{ warmUpMs: 0, metrics: [{ name: 'errors', weight: 1, series, observedOnly: false }] },
  };
  let state = initial(policy);
  const version = (requests: number) => {
    const { count, ...drawn } = minuteOf(random, { requests, service });
    return { ...drawn, errors: count, durationP99Ms: null };
  };
  for (let minute = 0; minute < MINUTES && state.condemned === null; minute += 1) {
    const startsAt = OPENED_AT + minute * MINUTE;
    state = next(state, { startsAt, canary: version(all / 10), stable: version((all * 9) / 10) });
  }
  return state.condemned !== null;
}

// One in a hundred healthy versions is what the judge promises, at any noise that these services show.
test.each([
  { requestsPerSecond: 100, errorRate: 0.01, noise: 0 },
  { requestsPerSecond: 1_000, errorRate: 0.01, noise: 0.3 },
  { requestsPerSecond: 100, errorRate: 0.0001, noise: 0.3 },
])('a short history takes no more healthy versions back than the judge promises: %j', (service) => {
  for (const historyMinutes of [0, 2, 5, 20, 59]) {
    const seeds = Array.from({ length: ROLLOUTS }, (_, index) => `short ${historyMinutes} ${index}`);
    const taken = seeds.filter((seed) => isTakenBack(service, { historyMinutes, seed })).length;
    expect([historyMinutes, taken / ROLLOUTS <= 0.01]).toEqual([historyMinutes, true]);
  }
});
