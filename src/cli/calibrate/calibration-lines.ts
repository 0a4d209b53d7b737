/** The result of a calibration as terminal lines of at most 120 characters. */
import type { Asked } from '../../rehearse/calibrate/asked.ts';
import type { CalibrationResult } from '../../rehearse/calibrate/calibrate.ts';
import type { LookedAt } from '../../rehearse/calibrate/leads.ts';
import { textTable } from '../print/text-table.ts';
import { wrapped } from '../print/wrapped.ts';
import { checkLines } from './check-lines.ts';
import { proposalLines } from './proposal-lines.ts';
import { whyNotLines } from './why-not-lines.ts';
import { harmsInWords, interval, minutesInWords, number, percent } from './words.ts';

export interface ToldCalibration {
  readonly result: CalibrationResult;
  /** Why the judge may decide nothing by the proposal. */
  readonly warnings?: readonly string[] | undefined;
  readonly assumptions: readonly string[];
}

export function calibrationLines({ result, warnings = [], assumptions }: ToldCalibration): string[] {
  return [
    ...wrapped({ sentence: titleOf(result) }),
    '',
    ...(result.lookedAt.every(({ isRuledOut }) => isRuledOut)
      ? []
      : [...tableOf(result), '', ...readTheTable(result), '']),
    ...warnings.flatMap((sentence) => [...wrapped({ sentence, bullet: '! ' }), '']),
    ...(result.proposal === null ? [] : proposalLines(result, result.proposal)),
    ...(result.check === null ? [] : ['', ...checkLines(result.check, result.asked.harms)]),
    ...(result.whyNot === null ? [] : whyNotLines(result, result.whyNot)),
    '',
    'What this rests on:',
    ...assumptions.flatMap((sentence) => wrapped({ sentence, bullet: '- ' })),
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
function readTheTable({ runs, proposal }: CalibrationResult): string[] {
  const chosen =
    'Proposed: the quickest that keeps it; of those that take at most a tenth longer, the one that harms the fewest requests. ';
  const sentences = [
    `${proposal === null ? '' : chosen}Judge: its own falseRollbackPercent. Caught: of the harm that is caught least often, and the median until weight 0. Harmed: requests, the mean of each such rollout. Held: waits for a person. Healthy: median until it has all calls; a bake ends when harm is ruled out.`,
    `Measured by ${number(runs)} rollouts of each kind where it is kept, by fewer elsewhere.`,
  ];
  return sentences.flatMap((sentence) => wrapped({ sentence }));
}

function tableOf({ lookedAt, proposal, asked }: CalibrationResult): string[] {
  const rows = lookedAt.map((each) => [
    each.candidate.weights.join(', '),
    each.candidate === proposal?.candidate ? 'proposed' : markOf(each, asked),
    String(each.candidate.alphaPercent),
    String(each.candidate.bakeMinutes),
    String(each.totalMinutes),
    ...figuresOf(each),
  ]);
  return textTable({ head: HEAD, rows });
}

function markOf({ meets, seemsEnough, isRuledOut, healthy }: LookedAt, { falseRollbackPercent }: Asked): string {
  if (meets) return 'keeps it';
  if (isRuledOut) return 'impossible';
  if (healthy !== null && healthy.falseRollbacks.from > falseRollbackPercent / 100) return 'cries wolf';
  return seemsEnough ? 'slower' : 'too little';
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
