/** Sentences that say why there is no policy, and what would have to change. */
import type { CalibrationResult } from '../../rehearse/calibrate/calibrate.ts';
import type { WhyNot } from '../../rehearse/calibrate/why-not.ts';
import { wrapped } from '../print/wrapped.ts';
import { harmInWords, minutesInWords, number, trafficInWords } from './words.ts';

export function whyNotLines(result: CalibrationResult, why: WhyNot): string[] {
  return [`No policy keeps it.`, boundInWords(result, why), wouldDo(why)].flatMap((sentence) => wrapped({ sentence }));
}

/** Says what no judge can do, and whether the request is beyond that bound. */
function boundInWords({ asked, model }: CalibrationResult, why: WhyNot): string {
  const harm = asked.harms.find(({ name }) => name === why.harm);
  const what = harm === undefined ? why.harm : harmInWords(harm);
  const { minutes, requestsPerSecond } = why.anyTest;
  const traffic = trafficInWords(model);
  if (minutes === null) return `No test of any kind can tell ${what} at ${traffic}, so no policy can keep it.`;
  const bound = `Any test whatever, right so often about ${what}, needs ${minutesInWords(minutes)} on average with ${why.weightPercent} % of the calls at ${traffic}; there are ${minutesInWords(why.minutesAvailable)}.`;
  if (!why.isBeyondAnyTest) return `${bound} So it is not ruled out, but this judge needs more than that least.`;
  const least = requestsPerSecond === null ? '' : ` None does with less than ${trafficInWords({ requestsPerSecond })}.`;
  return `${bound} So no policy with at most ${why.weightPercent} % can keep it, by whatever judge.${least}`;
}

function wouldDo({ thisJudge, harm }: WhyNot): string {
  const { minutes, requestsPerSecond, harmFactor } = thisJudge;
  const kind = harm.startsWith('latency') ? 'the latency' : 'the errors';
  const changes = [
    ...(minutes === null ? [] : [`${minutesInWords(minutes)} for the rollout (--within)`]),
    ...(requestsPerSecond === null ? [] : [trafficInWords({ requestsPerSecond })]),
    ...(harmFactor === null ? [] : [`a harm of ${number(harmFactor)} times ${kind} (--detect)`]),
  ];
  if (changes.length > 1) return `About enough for this judge would be any one of these: ${changes.join('; ')}.`;
  const [only] = changes;
  if (only !== undefined) return `About enough for this judge would be ${only}.`;
  return 'No single change that was tried is enough for this judge. Ask for less, or judge by limits and alarms.';
}
