/** A proposal as YAML to paste into slipway.yml, and what it promises. */
import { SEQUENTIAL_DEFAULTS } from '../../domain/service/sequential-defaults.ts';
import type { SequentialJudge } from '../../domain/service/service-spec.ts';
import type { CalibrationResult, Proposal } from '../../rehearse/calibrate/calibrate.ts';
import { strategyOf } from '../../rehearse/calibrate/proposed-spec.ts';
import { yamlText } from '../files/yaml-text.ts';
import { wrapped } from '../print/wrapped.ts';
import { harmsInWords, minutesInWords, number, trafficInWords } from './words.ts';

export function proposalLines(result: CalibrationResult, proposal: Proposal): string[] {
  return [...wrapped({ sentence: promiseOf(result, proposal) }), '', ...proposalYaml(proposal)];
}

function promiseOf({ asked, model, runs, lookedAt, restsOn }: CalibrationResult, { candidate }: Proposal): string {
  const chosen = lookedAt.find((each) => each.candidate === candidate);
  const minutes = chosen?.healthy?.medianMinutes;
  const soon = minutes == null ? '' : ` A healthy version has all calls after about ${minutesInWords(minutes)}.`;
  const basis =
    restsOn === 'proof'
      ? "the first as measured in the model, the second by the judge's own proof, at any traffic"
      : `both only as measured in ${number(runs)} rollouts of the model: the judge's own proof allows ${candidate.alphaPercent} % with these settings`;
  return `The promise: of versions with ${harmsInWords(asked.harms)} at least ${asked.powerPercent} % are taken back before they have all calls, at ${trafficInWords(model)}; of healthy ones at most ${asked.falseRollbackPercent} % ever are; ${basis}.${soon}`;
}

/** Only the fields that must be written; a field that is left out has the service's default. */
export function proposalYaml({ candidate, judge, deadline, raisesDeadline }: Proposal): string[] {
  const written = Object.entries(writtenFields(judge as SequentialJudge));
  const fields = {
    strategy: { value: strategyOf(candidate) },
    judge: { fields: Object.fromEntries(written.map(([field, value]) => [field, { value }])) },
    ...(raisesDeadline ? { deadline: { value: deadline } } : {}),
  };
  return yamlText({ fields }).trimEnd().split('\n');
}

const BY_DEFAULT: Readonly<Record<string, string>> = Object.fromEntries(
  Object.entries(SEQUENTIAL_DEFAULTS).map(([field, value]) => [field, JSON.stringify(value)]),
);

function writtenFields({ kind, falseRollbackPercent, harmRatio, ...rest }: SequentialJudge): object {
  const kept = Object.entries(rest).filter(([field, value]) => JSON.stringify(value) !== BY_DEFAULT[field]);
  return { kind, falseRollbackPercent, harmRatio, ...Object.fromEntries(kept) };
}
