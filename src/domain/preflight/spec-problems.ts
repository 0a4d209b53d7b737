/** Finds what is wrong with a spec as a whole. Each problem names the field and the way to fix it. */

import { DEADLINE_HOURS_MAX, type TimedSpec, timeNeeded } from '../deployment/time-needed.ts';
import { durationInWords, durationMs, durationOf } from '../duration.ts';
import type {
  FieldProblem,
  Judge,
  SequentialJudge,
  ServiceSpec,
  Target,
  ThresholdJudge,
} from '../service/service-spec.ts';
import { planSteps, type Step } from '../service/strategy.ts';
import { onCluster } from '../service/target.ts';
import { type JudgedSpec, undecidable } from './undecidable.ts';

/**
 * Checks the rules between fields; the schema checks the rules of a single field. Returns an empty list for a valid
 * spec.
 */
export function specProblems(
  spec: Pick<ServiceSpec, 'judge' | 'alarms' | 'describedAlarms' | 'deadline'> & TimedSpec,
): FieldProblem[] {
  const steps = planSteps(spec.strategy);
  return [
    ...alarmProblems(spec),
    ...weightProblems(steps),
    ...routeProblems(steps, spec.target),
    ...metricsProblems(spec),
    ...timeProblems(spec),
    ...judgeProblems(spec),
  ];
}

/**
 * A workload has no metric over all its versions together, so an alarm that a spec describes would have nothing to
 * watch.
 */
function alarmProblems({
  target,
  alarms,
  describedAlarms = [],
}: Pick<ServiceSpec, 'alarms' | 'describedAlarms'> & Pick<TimedSpec, 'target'>): FieldProblem[] {
  if (onCluster(target) === null) return [];
  return describedAlarms.map(({ name }) => {
    const detail = `Only alarms of Lambda functions can be described. Make the alarm ${name} in CloudWatch, and write its name here.`;
    return { pointer: `/alarms/${alarms.indexOf(name)}`, detail };
  });
}

/** Two kinds of routes send either all calls or none to the new version. */
function routeProblems(steps: readonly Step[], target: Target | undefined): FieldProblem[] {
  const kind = onCluster(target)?.route.kind;
  if (kind !== 'rolling' && kind !== 'blueGreen') return [];
  return steps.flatMap((step, index) => {
    if (!('setWeight' in step) || step.setWeight === 100) return [];
    const detail = `The route ${kind} sends all calls or none to the new version, so a weight of ${step.setWeight} % cannot be set. Write 100, or choose the route replicas, httpRoute or albIngress.`;
    return [{ pointer: `/strategy/${index}/setWeight`, detail }];
  });
}

/**
 * Only a route through a load balancer has a target group for each version, and a load balancer measures in periods of
 * one minute.
 */
function metricsProblems({
  target: measured,
  judge,
}: {
  readonly target?: Target | undefined;
  readonly judge: Judge;
}): FieldProblem[] {
  const target = onCluster(measured);
  if (target?.metricsFrom?.kind !== 'targetGroups') return [];
  const problems: FieldProblem[] = [];
  if (target.route.kind !== 'albIngress') {
    const detail = `The route ${target.route.kind} has no target group for each version. Choose the route albIngress, or metricsFrom slipway, for which the pods write their own metrics.`;
    problems.push({ pointer: '/target/metricsFrom/kind', detail });
  }
  if ('periodSeconds' in judge && judge.periodSeconds === 10) {
    const detail =
      'Target groups are measured by the minute, so periods of 10 seconds would always be empty. Write 60, or metricsFrom slipway.';
    problems.push({ pointer: '/judge/periodSeconds', detail });
  }
  return problems;
}

function weightProblems(steps: readonly Step[]): FieldProblem[] {
  const problems: FieldProblem[] = [];
  let reached = 0;
  for (const [index, step] of steps.entries()) {
    if (!('setWeight' in step)) continue;
    if (step.setWeight <= reached) {
      const detail = `The weight ${step.setWeight} does not rise above the ${reached} before it. Weights only go up; to go back, abort.`;
      problems.push({ pointer: `/strategy/${index}/setWeight`, detail });
    }
    reached = step.setWeight;
  }
  return problems;
}

/**
 * Refuses a deadline that is too short and never extends it silently: a team promises its deadline to everyone who
 * waits for the rollout.
 */
function timeProblems({ deadline, ...spec }: Pick<ServiceSpec, 'deadline'> & TimedSpec): FieldProblem[] {
  const { totalMs, parts } = timeNeeded(spec);
  if (totalMs <= durationMs(deadline)) return [];
  const made = parts.map(({ what, ms }) => `${durationInWords(durationOf(ms))} of ${what}`).join(', ');
  const fact = `The rollout may take ${durationInWords(durationOf(totalMs))} (${made}), which the deadline of ${durationInWords(deadline)} does not leave.`;
  const longestMs = DEADLINE_HOURS_MAX * 3_600_000;
  const way =
    totalMs <= longestMs
      ? `Raise the deadline to ${durationInWords(durationOf(totalMs))} or more, or shorten what it is made of.`
      : `No deadline is longer than ${DEADLINE_HOURS_MAX} hours, so shorten what it is made of.`;
  return [{ pointer: '/deadline', detail: `${fact} ${way}` }];
}

function judgeProblems(spec: JudgedSpec): FieldProblem[] {
  const { judge } = spec;
  const ofFields = judge.kind === 'threshold' ? thresholdProblems(judge) : [];
  return [...ofFields, ...(judge.kind === 'sequential' ? metricProblems(judge) : []), ...undecidable(spec)];
}

function thresholdProblems({ rules, failWhenAtLeast, ofLastPeriods }: ThresholdJudge): FieldProblem[] {
  const claims = [
    {
      holds: failWhenAtLeast <= ofLastPeriods,
      pointer: '/judge/failWhenAtLeast',
      detail: `At least ${failWhenAtLeast} of ${ofLastPeriods} periods can never fail. Lower it to ${ofLastPeriods} or less.`,
    },
    {
      holds: rules.some(({ observedOnly }) => observedOnly !== true),
      pointer: '/judge/rules',
      detail: 'No rule is judged. Write at least one that is not observed only.',
    },
  ];
  return claims.filter(({ holds }) => !holds).map(({ pointer, detail }) => ({ pointer, detail }));
}

function metricProblems({ metrics }: SequentialJudge): FieldProblem[] {
  const names = metrics.map(({ metric }) => metric);
  const twice = names.flatMap((name, index) =>
    names.indexOf(name) === index
      ? []
      : [{ pointer: `/judge/metrics/${index}/metric`, detail: `The metric ${name} is named twice. Take one out.` }],
  );
  if (metrics.some(({ observedOnly }) => !observedOnly)) return twice;
  const detail = 'No metric is judged. Name at least one that is not observed only.';
  return [...twice, { pointer: '/judge/metrics', detail }];
}
