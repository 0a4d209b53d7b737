/**
 * The scenarios of a rehearsal, from the words of the command line: a healthy version, a shared outage, and several
 * harms.
 */
import { SlipwayError } from '../domain/errors.ts';
import type { Harm } from './model/service-model.ts';
import type { RehearsalScenario } from './rehearsal-result.ts';

const NO_HARM: Harm = { errorFactor: 1, latencyFactor: 1 };
export const USUAL_HARMS = ['errors=2', 'errors=5', 'errors=20', 'latency=1.5', 'latency=3'] as const;

/**
 * Always a healthy version, once with the outages of the model and once with an outage in every rollout; then each of
 * the harms.
 */
export function scenariosOf(harms: readonly string[] = USUAL_HARMS): RehearsalScenario[] {
  return [
    { name: 'healthy', harm: NO_HARM, outage: 'drawn' },
    { name: 'outage', harm: NO_HARM, outage: 'always' },
    ...[...new Set(harms)].map((name): RehearsalScenario => ({ name, harm: readHarm(name), outage: 'drawn' })),
  ];
}

/** `errors=5`, `latency=1.5`, or both with a comma between them. Throws InvalidRequest, which says what is wrong. */
export function readHarm(text: string): Harm {
  const harm = { ...NO_HARM };
  for (const part of text.split(',')) {
    const [, what, factor] = /^(errors|latency)=(\d+(?:\.\d+)?)$/.exec(part) ?? [];
    if (what === undefined || !isFactor(Number(factor))) throw unknownHarm(text);
    harm[what === 'errors' ? 'errorFactor' : 'latencyFactor'] = Number(factor);
  }
  return harm;
}

const FACTOR_MAX = 10_000;

function isFactor(factor: number): boolean {
  return factor > 1 && factor <= FACTOR_MAX;
}

function unknownHarm(text: string): SlipwayError {
  const next = `Write errors=N or latency=N with a number above 1 and up to ${FACTOR_MAX}, for example errors=5 or latency=1.5.`;
  return new SlipwayError('InvalidRequest', `The harm is ${JSON.stringify(text)}. ${next}`);
}

export function isHarmful({ harm }: RehearsalScenario): boolean {
  return harm.errorFactor > 1 || harm.latencyFactor > 1;
}

/** The form of a report: `errors x 5`. */
export function scenarioTitle(scenario: RehearsalScenario): string {
  const { errorFactor, latencyFactor } = scenario.harm;
  const harms = [
    ...(errorFactor > 1 ? [`errors x ${errorFactor}`] : []),
    ...(latencyFactor > 1 ? [`latency x ${latencyFactor}`] : []),
  ];
  if (harms.length > 0) return harms.join(', ');
  return scenario.outage === 'always' ? 'healthy, outage' : 'healthy';
}
