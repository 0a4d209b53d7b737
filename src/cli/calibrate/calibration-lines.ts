/** What a calibration found, as lines of a terminal, at most 120 characters wide. */
import type { CalibrationResult } from '../../rehearsal/calibrate/calibrate.ts';
import type { Check } from '../../rehearsal/calibrate/check.ts';
import type { LookedAt } from '../../rehearsal/calibrate/leads.ts';
import type { WhyNot } from '../../rehearsal/calibrate/why-not.ts';
import type { Share } from '../../rehearsal/rehearse/rehearsal-result.ts';
import { wrapped } from '../rehearse/result-lines.ts';
import { textTable } from '../text-table.ts';
import { proposalLines } from './proposal-lines.ts';
import { harmInWords, harmsInWords, minutesInWords, number, percent } from './words.ts';

export interface ToldCalibration {
  readonly result: CalibrationResult;
  readonly assumptions: readonly string[];
}

export function calibrationLines({ result, assumptions }: ToldCalibration): string[] {
  return [
    ...wrapped(titleOf(result), ''),
    '',
    ...tableOf(result),
    '',
    ...wrapped(READ_THE_TABLE, ''),
    '',
    ...(result.proposal === null ? [] : proposalLines(result, result.proposal)),
    ...(result.check === null ? [] : ['', ...checkLines(result, result.check)]),
    ...(result.whyNot === null ? [] : whyNotLines(result, result.whyNot)),
    '',
    'What this rests on:',
    ...assumptions.flatMap((sentence) => wrapped(sentence, '- ')),
  ];
}

function titleOf({ service, asked, seed }: CalibrationResult): string {
  const harms = harmsInWords(asked.harms);
  return `${service}: catch ${asked.powerPercent} % of the versions with ${harms} within ${minutesInWords(asked.withinMinutes)}, and take back at most ${asked.falseRollbackPercent} % of the healthy ones. Seed ${seed}.`;
}

const HEAD = [
  ['', '', 'judge', 'bake', 'whole', 'caught', 'caught', 'harmed', 'false', 'held', 'healthy'],
  ['weights', '', '%', 'min', 'min', '% (95 %)', 'min', 'requests', '% (95 %)', '%', 'min'],
];
const READ_THE_TABLE =
  'Judge: its own falseRollbackPercent. Caught: of the harm that is caught least often, and the median until weight 0. Healthy: median until it has all calls, bakes that end early included. Held: waits for a person. Harmed: mean of each rollout. Lines without a mark were measured by fewer rollouts.';

function tableOf({ lookedAt, proposal }: CalibrationResult): string[] {
  const rows = lookedAt.map((each) => [
    each.candidate.weights.join(', '),
    each.candidate === proposal?.candidate ? 'proposed' : markOf(each),
    String(each.candidate.alphaPercent),
    String(each.candidate.bakeMinutes),
    String(each.totalMinutes),
    ...figuresOf(each),
  ]);
  return textTable({ head: HEAD, rows });
}

function markOf({ meets, seemsEnough, isRuledOut }: LookedAt): string {
  if (meets) return 'keeps it';
  if (isRuledOut) return 'impossible';
  return seemsEnough ? 'too slow' : 'too little';
}

function figuresOf({ harms, healthy }: LookedAt): string[] {
  const [least] = harms.toSorted((one, other) => one.caught.share - other.caught.share);
  if (least === undefined || healthy === null) return ['-', '-', '-', '-', '-', '-'];
  return [
    interval(least.caught),
    least.medianMinutes?.toFixed(1) ?? '-',
    number(least.harmedRequests),
    interval(healthy.falseRollbacks),
    percent(healthy.held.share),
    healthy.medianMinutes?.toFixed(1) ?? '-',
  ];
}

function interval({ share, from, to }: Share): string {
  return `${percent(share)} (${percent(from)}-${percent(to)})`;
}

function checkLines({ asked }: CalibrationResult, check: Check): string[] {
  const { falseRollbacks, harms, held, runs, seed, toPromotionSeconds } = check;
  const healthy =
    toPromotionSeconds === null
      ? ''
      : `, and the others had all calls after ${minutesInWords(toPromotionSeconds.median / 60)} in the median`;
  const sentences = [
    `Checked by ${number(runs)} whole rollouts of each kind through the shipped machine, seed ${seed}:`,
    `- healthy: ${interval(falseRollbacks)} % taken back, ${percent(held.share)} % held${healthy}`,
    ...harms.map(({ name, caught, toZeroSeconds }, index) => {
      const soon =
        toZeroSeconds === null
          ? ''
          : `, at weight 0 after ${minutesInWords(toZeroSeconds.median / 60)} in the median and ${minutesInWords(toZeroSeconds.p90 / 60)} of 90 in a hundred`;
      const harm = asked.harms[index];
      return `- ${harm === undefined ? name : harmInWords(harm)}: ${interval(caught)} % taken back${soon}`;
    }),
    check.keepsPromise
      ? 'The promise is kept.'
      : 'The promise is NOT kept: an interval lies wholly on the wrong side of it. Do not use this policy.',
  ];
  return sentences.flatMap((sentence) => wrapped(sentence, sentence.startsWith('- ') ? '' : ''));
}

function whyNotLines(result: CalibrationResult, why: WhyNot): string[] {
  const { asked, model } = result;
  const harm = asked.harms.find(({ name }) => name === why.harm);
  const what = harm === undefined ? why.harm : harmInWords(harm);
  const { minutes, requestsPerSecond } = why.anyTest;
  const traffic = `${number(model.requestsPerSecond)} requests a second`;
  const bound =
    minutes === null
      ? `No test of any kind can tell ${what} at ${traffic}.`
      : `To tell ${what} as surely as this, any test whatever needs ${minutesInWords(minutes)} on average with ${why.weightPercent} % of the calls at ${traffic}; there are ${minutesInWords(why.minutesAvailable)}.`;
  const verdict = why.isBeyondAnyTest
    ? 'So no policy can keep it, by whatever judge.'
    : 'So it is not ruled out, but this judge needs more than the least that a test could do with.';
  const least =
    requestsPerSecond === null || !why.isBeyondAnyTest
      ? ''
      : ` No test does with less than ${number(requestsPerSecond)} requests a second.`;
  return [`No policy keeps it.`, `${bound} ${verdict}${least}`, ...wouldDo(why)].flatMap((sentence) =>
    wrapped(sentence, ''),
  );
}

function wouldDo({ thisJudge, harm }: WhyNot): string[] {
  const { minutes, requestsPerSecond, harmFactor } = thisJudge;
  const kind = harm.startsWith('latency') ? 'the latency' : 'the errors';
  const changes = [
    ...(minutes === null ? [] : [`${minutesInWords(minutes)} for the rollout (--within)`]),
    ...(requestsPerSecond === null ? [] : [`${number(requestsPerSecond)} requests a second`]),
    ...(harmFactor === null ? [] : [`a harm of ${number(harmFactor)} times ${kind} (--detect)`]),
  ];
  if (changes.length === 0)
    return ['No single change that was tried is enough for this judge. Ask for less, or judge by limits and alarms.'];
  return [`Any one of these would be about enough for this judge: ${changes.join('; ')}.`];
}
