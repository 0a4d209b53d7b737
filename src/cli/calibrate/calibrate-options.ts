/** What `slipway calibrate` must find, read from its words. A wrong word is refused, with what to write instead. */
import { durationMs } from '../../domain/duration.ts';
import { SlipwayError } from '../../domain/errors.ts';
import type { ServiceSpec } from '../../domain/service/service-spec.ts';
import type { Asked, NamedHarm } from '../../rehearse/calibrate/asked.ts';
import { leastRunsToShow } from '../../rehearse/calibrate/measure.ts';
import { DEADLINE_SHARE } from '../../rehearse/calibrate/proposed-spec.ts';
import { readHarm } from '../../rehearse/scenarios.ts';

export interface CalibrateWords {
  readonly 'false-rollback': string;
  readonly detect: readonly string[];
  readonly power: string;
  readonly within?: string | undefined;
  readonly 'start-at': string;
  readonly runs: string;
  readonly 'check-runs': string;
  readonly workers?: string | undefined;
}

export interface CalibrateOptions {
  readonly asked: Asked;
  readonly runs: number;
  readonly checkRuns: number;
  readonly workers?: number;
}

/** Throws InvalidRequest, which says what is wrong. */
export function readOptions(words: CalibrateWords, spec: ServiceSpec): CalibrateOptions {
  const falseRollbackPercent = percent(words['false-rollback'], { option: 'false-rollback', min: 0.01, max: 20 });
  const powerPercent = percent(words.power, { option: 'power', min: 50, max: 99.9 });
  const runs = wholeNumber(words.runs, { option: 'runs', min: 100, max: 100_000 });
  const least = leastRunsToShow(powerPercent / 100);
  if (runs < least) {
    const detail = `${runs} rollouts cannot show that ${powerPercent} % are caught, even if all of them are. Give --runs ${least} or more, or less --power.`;
    throw new SlipwayError('InvalidRequest', detail);
  }
  return {
    asked: {
      falseRollbackPercent,
      powerPercent,
      harms: [...new Set(words.detect.map(harmName))].map((name) => judgedHarm(name, spec)),
      withinMinutes:
        words.within === undefined ? (durationMs(spec.deadline) / 60_000) * DEADLINE_SHARE : minutes(words.within),
      firstPercentMax: percent(words['start-at'], { option: 'start-at', min: 1, max: 100 }),
    },
    runs,
    checkRuns: wholeNumber(words['check-runs'], { option: 'check-runs', min: 20, max: 100_000 }),
    ...(words.workers === undefined
      ? {}
      : { workers: wholeNumber(words.workers, { option: 'workers', min: 1, max: 64 }) }),
  };
}

interface Bounds {
  readonly option: string;
  readonly min: number;
  readonly max: number;
}

function percent(text: string, { option, min, max }: Bounds): number {
  const [, digits] = /^(\d+(?:\.\d+)?)\s*%?$/.exec(text.trim()) ?? [];
  const value = Number(digits);
  if (digits !== undefined && value >= min && value <= max) return value;
  const detail = `--${option} is ${JSON.stringify(text)}; write a percentage from ${min} to ${max}, for example ${option === 'power' ? '95%' : '1%'}.`;
  throw new SlipwayError('InvalidRequest', detail);
}

function wholeNumber(text: string, { option, min, max }: Bounds): number {
  const value = Number(text);
  if (/^\d+$/.test(text) && value >= min && value <= max) return value;
  throw new SlipwayError(
    'InvalidRequest',
    `--${option} is ${JSON.stringify(text)}; write a whole number from ${min} to ${max}.`,
  );
}

const WITHIN_MINUTES = { min: 3, max: 24 * 60 };

function minutes(text: string): number {
  const [, hours = '0', rest = '0'] = /^(?=\d)(?:(\d+)h)?(?:(\d+)m)?$/.exec(text) ?? [];
  const value = Number(hours) * 60 + Number(rest);
  if (value >= WITHIN_MINUTES.min && value <= WITHIN_MINUTES.max) return value;
  const detail = `--within is ${JSON.stringify(text)}; write a time from 3 minutes to 24 hours, for example 45m, 2h or 1h30m.`;
  throw new SlipwayError('InvalidRequest', detail);
}

/** `2x` means twice the errors. */
function harmName(text: string): string {
  const [, what = 'errors', factor] = /^(?:(errors|latency)=)?(\d+(?:\.\d+)?)x?$/.exec(text.trim()) ?? [];
  if (factor !== undefined) return `${what}=${Number(factor)}`;
  const detail = `--detect is ${JSON.stringify(text)}; write how many times the errors, or the latency: 2x, or latency=1.5x.`;
  throw new SlipwayError('InvalidRequest', detail);
}

function judgedHarm(name: string, { judge }: ServiceSpec): NamedHarm {
  const harm = readHarm(name);
  const metric = harm.latencyFactor > 1 ? 'latency' : 'errors';
  const isJudged = ({ metric: judged, observedOnly }: { readonly metric: string; readonly observedOnly: boolean }) =>
    judged === metric && !observedOnly;
  if (judge.kind !== 'sequential' || judge.metrics.some(isJudged)) return { name, harm };
  const detail = `--detect ${name}x cannot be: the judge of the service does not judge ${metric}. Add it to judge.metrics.`;
  throw new SlipwayError('InvalidRequest', detail);
}
