/** The goals G1 to G12 as cells: each is a scenario with the limits of its result. Cells without a goal follow. */
import { HEALTHY, type Scenario } from './scenario.ts';

export interface Cell {
  readonly goal: string;
  readonly what: string;
  readonly scenario: Scenario;
  readonly alpha: number;
  /** The largest share of the runs, 0 to 1, that may be aborted; null without a limit. */
  readonly abortedMax: number | null;
  /** The smallest share of the runs, 0 to 1, that must be aborted; null without a limit. */
  readonly caughtMin: number | null;
  /** The latest minute for the median abort; null without a limit. */
  readonly medianMax: number | null;
}

const RATES = [0.001, 0.01, 0.05] as const;
const TRAFFIC = [10, 100, 1_000] as const;

function cell(
  goal: string,
  { what, alpha, ...rest }: Partial<Cell> & { readonly what: string },
  scenario: Partial<Scenario> = {},
): Cell {
  const { abortedMax = null, caughtMin = null, medianMax = null } = rest;
  return { goal, what, alpha: alpha ?? 0.01, abortedMax, caughtMin, medianMax, scenario: { ...HEALTHY, ...scenario } };
}

function shown(rate: number): string {
  return `${Number((rate * 100).toPrecision(3))} %`;
}

/** A healthy canary at three error rates and three loads. */
function nine(
  goal: string,
  limits: Partial<Cell> & { readonly what: string },
  scenario: Partial<Scenario> = {},
): Cell[] {
  return RATES.flatMap((errorRate) =>
    TRAFFIC.map((requestsPerSecond) =>
      cell(
        goal,
        { ...limits, what: `${limits.what}, ${shown(errorRate)} at ${requestsPerSecond}/s` },
        { ...scenario, errorRate, requestsPerSecond },
      ),
    ),
  );
}

interface Harm {
  readonly from: number;
  readonly to: number;
  readonly at: number;
}

function harmed(goal: string, limits: Partial<Cell>, { from, to, at }: Harm): Cell {
  const what = `${shown(from)} to ${shown(to)} at ${at}/s`;
  return cell(goal, { ...limits, what }, { errorRate: from, harm: to / from, requestsPerSecond: at });
}

const spike = (minute: number) => (minute >= 10 && minute < 15 ? 10 : 1);
/** The weights 5, 10, 25 and 50 %, eight minutes each. */
const rising = (minute: number) => [0.05, 0.1, 0.25, 0.5][Math.min(3, Math.floor(minute / 8))] ?? 0.5;

export const GOAL_CELLS: readonly Cell[] = [
  ...nine('G1', { what: 'healthy', abortedMax: 0.003 }),
  harmed('G2', { caughtMin: 0.98, medianMax: 10 }, { from: 0.001, to: 0.011, at: 10 }),
  harmed('G3', { medianMax: 4 }, { from: 0.001, to: 0.002, at: 1_000 }),
  harmed('G4', { medianMax: 4 }, { from: 0.01, to: 0.02, at: 100 }),
  harmed('G4', { caughtMin: 0.53 }, { from: 0.01, to: 0.02, at: 10 }),
  harmed('G5', { medianMax: 4 }, { from: 0.05, to: 0.06, at: 1_000 }),
  harmed('G5', { caughtMin: 0.92, medianMax: 16 }, { from: 0.05, to: 0.06, at: 100 }),
  ...[100, 1_000].flatMap((at) => RATES.map((from) => harmed('G6', { medianMax: 2 }, { from, to: from * 10, at }))),
  ...nine('G7', { what: 'healthy', alpha: 0.05, abortedMax: 0.013 }),
  harmed('G7', { alpha: 0.05, medianMax: 7 }, { from: 0.001, to: 0.011, at: 10 }),
  harmed('G7', { alpha: 0.05, medianMax: 2 }, { from: 0.001, to: 0.002, at: 1_000 }),
  harmed('G7', { alpha: 0.05, medianMax: 3 }, { from: 0.01, to: 0.02, at: 100 }),
  harmed('G7', { alpha: 0.05, medianMax: 11 }, { from: 0.05, to: 0.06, at: 100 }),
  ...RATES.map((errorRate) =>
    cell(
      'G8',
      { what: `30 % noise, ${shown(errorRate)} at 1000/s`, abortedMax: 0.012 },
      { errorRate, requestsPerSecond: 1_000, noise: 0.3 },
    ),
  ),
  ...nine('G9', { what: 'shared spike', abortedMax: 0.003 }, { shared: spike }),
  cell('G10', { what: 'latency x 1.25 at 100/s', medianMax: 2 }, { errorRate: null, harm: 1.25 }),
  ...TRAFFIC.map((at) =>
    cell('G10', { what: `latency healthy at ${at}/s`, abortedMax: 0.003 }, { errorRate: null, requestsPerSecond: at }),
  ),
  ...TRAFFIC.map((at) =>
    cell(
      'G10',
      { what: `latency, 10 % noise, at ${at}/s`, abortedMax: 0.01 },
      { errorRate: null, requestsPerSecond: at, noise: 0.1 },
    ),
  ),
  ...nine('G12', { what: 'weights 5 to 50 %', abortedMax: 0.003 }, { weight: rising }),
];

const day = (minute: number) => 1 + 0.8 * Math.sin(minute / 5);
const drift = (minute: number) => 1 + minute / 10;

/** Cells without a goal: the limit for a healthy canary is alpha. */
export const OTHER_CELLS: readonly Cell[] = [
  cell(
    '',
    { what: 'healthy, 1 % weight, 1 % at 1000/s', abortedMax: 0.01 },
    { weight: () => 0.01, requestsPerSecond: 1_000 },
  ),
  cell('', { what: 'healthy, 1 % weight, 0.1 % at 100/s', abortedMax: 0.01 }, { weight: () => 0.01, errorRate: 0.001 }),
  cell('', { what: 'healthy, 90 % weight, 1 % at 100/s', abortedMax: 0.01 }, { weight: () => 0.9 }),
  cell('', { what: 'healthy, 0.01 % at 1000/s', abortedMax: 0.01 }, { errorRate: 0.0001, requestsPerSecond: 1_000 }),
  cell('', { what: 'healthy, 0.01 % at 50000/s', abortedMax: 0.01 }, { errorRate: 0.0001, requestsPerSecond: 50_000 }),
  cell('', { what: 'healthy, 1 % at 50000/s', abortedMax: 0.01 }, { requestsPerSecond: 50_000 }),
  cell('', { what: 'healthy, 30 % errors at 100/s', abortedMax: 0.01 }, { errorRate: 0.3 }),
  cell(
    '',
    { what: 'healthy, shared rate drifts to x 4', abortedMax: 0.01 },
    { shared: drift, requestsPerSecond: 1_000 },
  ),
  cell('', { what: 'healthy, load of a day', abortedMax: 0.01 }, { load: day }),
  cell('', { what: 'healthy, 1/s', abortedMax: 0.01 }, { requestsPerSecond: 1 }),
  cell('', { what: '60 % noise, 1 % at 1000/s', abortedMax: 0.01 }, { noise: 0.6, requestsPerSecond: 1_000 }),
  cell('', { what: '30 % noise, 1 % at 50000/s', abortedMax: 0.01 }, { noise: 0.3, requestsPerSecond: 50_000 }),
  cell(
    '',
    { what: '30 % noise, 1 % weight, 1000/s', abortedMax: 0.01 },
    { noise: 0.3, weight: () => 0.01, requestsPerSecond: 1_000 },
  ),
  cell(
    '',
    { what: '30 % noise, 1000/s, no history', abortedMax: 0.01 },
    { noise: 0.3, requestsPerSecond: 1_000, hasHistory: false },
  ),
  cell('', { what: 'healthy, 100/s, no history', abortedMax: 0.01 }, { hasHistory: false }),
  cell(
    '',
    { what: '20 % latency noise at 1000/s', abortedMax: 0.01 },
    { errorRate: null, noise: 0.2, requestsPerSecond: 1_000 },
  ),
  cell('', { what: 'x 2, 100/s, no history', caughtMin: 0.9 }, { harm: 2, hasHistory: false }),
  cell('', { what: 'x 1.6, 1 % at 100/s', caughtMin: 0.9 }, { harm: 1.6 }),
  cell('', { what: 'x 2, 30 % noise, 1000/s', caughtMin: 0.9 }, { harm: 2, noise: 0.3, requestsPerSecond: 1_000 }),
  cell('', { what: 'x 10 in a shared spike, 100/s', caughtMin: 0.9 }, { harm: 10, shared: spike }),
  cell(
    '',
    { what: 'x 3, 1 % weight, 1 % at 1000/s', caughtMin: 0.9 },
    { harm: 3, weight: () => 0.01, requestsPerSecond: 1_000 },
  ),
  cell(
    '',
    { what: 'x 2, 0.01 % at 50000/s', caughtMin: 0.9 },
    { harm: 2, errorRate: 0.0001, requestsPerSecond: 50_000 },
  ),
];
