/**
 * Draws what calls to a modelled version do: one call at a time, or all calls of a stretch of time at once, at a cost
 * that does not grow with their number. Latency is lognormal, by its median and 99th percentile.
 */
import type { Random } from '../random.ts';
import type { Batch } from './measurements.ts';
import type { Behaviour } from './world.ts';

const Z_99 = 2.326;
const SLOWEST_Z = 3.291;

/**
 * The latency distribution in eleven bands: the share of calls in it, and the standard normal quantile at its middle.
 * The band around the 99th percentile is centred on it, so a large sample shows the modelled p99.
 */
const BANDS = [
  { share: 0.1, z: -1.645 },
  { share: 0.15, z: -0.935 },
  { share: 0.25, z: -0.319 },
  { share: 0.25, z: 0.319 },
  { share: 0.15, z: 0.935 },
  { share: 0.05, z: 1.44 },
  { share: 0.02, z: 1.751 },
  { share: 0.015, z: 2.005 },
  { share: 0.01, z: Z_99 },
  { share: 0.004, z: 2.748 },
  { share: 0.001, z: SLOWEST_Z },
] as const;

export interface Stretch {
  readonly behaviour: Behaviour;
  readonly timeoutMs: number;
  /** Calls that start a new instance; at most all of them. */
  readonly coldStarts: number;
  readonly count: number;
  /** Names the stretch among all of its generator: its durations are drawn only if somebody asks for them. */
  readonly label: string;
}

export type Drawn = Pick<Batch, 'requests' | 'errors' | 'durations'>;

export function drawCalls(random: Random, { behaviour, timeoutMs, coldStarts, count, label }: Stretch): Drawn {
  const cold = Math.min(coldStarts, count);
  const coldStartMs = behaviour.coldStartMs ?? 0;
  const timedOut =
    random.binomial(count - cold, slowShare(behaviour, timeoutMs)) +
    random.binomial(cold, slowShare(behaviour, timeoutMs - coldStartMs));
  return {
    requests: count,
    errors: timedOut + random.binomial(count - timedOut, behaviour.errorPercent / 100),
    durations: () => {
      const own = random.fork(label);
      return [
        ...drawDurations(own, { behaviour, count: count - cold, extraMs: 0 }),
        ...drawDurations(own, { behaviour, count: cold, extraMs: coldStartMs }),
      ].map((duration) => ({ ms: Math.min(duration.ms, timeoutMs), count: duration.count }));
    },
  };
}

/** The share of calls that take longer. */
function slowShare(behaviour: Behaviour, limitMs: number): number {
  if (latencyAt(behaviour, SLOWEST_Z) <= limitMs) return 0;
  return BANDS.reduce((sum, { share, z }) => (latencyAt(behaviour, z) > limitMs ? sum + share : sum), 0);
}

/** One call, whose latency may be any value of the distribution. */
export function drawCall(random: Random, behaviour: Behaviour): { readonly fails: boolean; readonly ms: number } {
  const radius = Math.sqrt(-2 * Math.log1p(-random.uniform()));
  const z = radius * Math.cos(2 * Math.PI * random.uniform());
  return { ms: latencyAt(behaviour, z), fails: random.chance(behaviour.errorPercent / 100) };
}

/** A multinomial draw over the bands, as a chain of binomials. */
function drawDurations(
  random: Random,
  { behaviour, count, extraMs }: { behaviour: Behaviour; count: number; extraMs: number },
): { ms: number; count: number }[] {
  const durations: { ms: number; count: number }[] = [];
  let left = count;
  let shareLeft = 1;
  for (const { share, z } of BANDS) {
    if (left === 0) break;
    const here = random.binomial(left, Math.min(1, share / shareLeft));
    shareLeft -= share;
    left -= here;
    if (here > 0) durations.push({ ms: latencyAt(behaviour, z) + extraMs, count: here });
  }
  // Rounding of the shares can leave a call over: it belongs to the slowest band.
  if (left > 0) durations.push({ ms: latencyAt(behaviour, SLOWEST_Z) + extraMs, count: left });
  return durations;
}

function latencyAt({ medianMs, p99Ms }: Behaviour, z: number): number {
  return medianMs * Math.exp((z / Z_99) * Math.log(Math.max(p99Ms, medianMs) / medianMs));
}
