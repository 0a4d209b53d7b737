/**
 * `slipway adopt`: gives a live function its alias, tag and alarms, after it has printed the plan and a person has
 * agreed.
 */
import { isSlipwayError, SlipwayError } from '../../domain/errors.ts';
import { MANAGED_TAG } from '../../domain/lambda/owner-tag.ts';
import type { LambdaTarget, ServiceSpec } from '../../domain/service/service-spec.ts';
import { onAlias } from '../../domain/service/target.ts';
import type { Adoptions, AlarmThere } from '../../ports/adoptions.ts';
import { type AdoptPlan, planAdoption, type Step } from '../adopt/adopt-plan.ts';
import { callerLines } from '../adopt/caller-lines.ts';
import { pointLines } from '../adopt/init-report.ts';
import { type LiveReader, operatorReader } from '../adopt/live-source.ts';
import { asOperator } from '../adopt/operator-errors.ts';
import { type Ask, isAgreed, terminalAsk } from '../arguments/ask-at-terminal.ts';
import type { ValuesOf } from '../arguments/declaration.ts';
import { withArguments } from '../arguments/read-arguments.ts';
import { ADOPT } from '../declarations/adopt.ts';
import { readServiceFile } from '../files/service-file.ts';
import { wrapped } from '../print/wrapped.ts';

export interface AdoptDesk {
  readonly live: (region: string | undefined) => LiveReader;
  readonly print: (text: string) => void;
  /** Null without a terminal. */
  readonly ask: Ask | null;
}

const desk: AdoptDesk = {
  live: operatorReader,
  print: console.log,
  ask: terminalAsk,
};

/** The exit code when the plan was printed and nothing was done. */
const ONLY_PLANNED = 2;

export function adopt(args: readonly string[], at: AdoptDesk = desk): Promise<number> {
  return withArguments(ADOPT, { args, print: at.print, run: ({ values }) => adoptService(values, at) });
}

async function adoptService(
  values: ValuesOf<typeof ADOPT.options>,
  { live: open, print, ask }: AdoptDesk,
): Promise<number> {
  const spec = readServiceFile(values.file);
  const target = lambdaTarget(spec);
  const { adoptions: all, callers } = open(values.region);
  const adoptions = asOperator(all);
  const plan = await planned(adoptions, { spec, target });
  print(planLines(plan, target).join('\n'));
  const isOpen = plan.points.some(({ state }) => state === 'missing');
  if (plan.steps.length === 0) {
    print(callerLines(await callers.read(target), target).join('\n'));
    return isOpen ? 1 : 0;
  }
  if (!values.yes && !(await isAgreed(ask))) {
    print('\nNothing was done. Say yes to the question, or run it with --yes.');
    return ONLY_PLANNED;
  }
  await doSteps(plan.steps, { adoptions, target, print });
  print(['', 'Done.', ...callerLines(await callers.read(target), target)].join('\n'));
  return isOpen ? 1 : 0;
}

function lambdaTarget({ target, name }: ServiceSpec): LambdaTarget {
  const alias = onAlias(target);
  if (alias !== null) return alias;
  const fact = `${name} is on Kubernetes, where there is nothing to make first.`;
  throw new SlipwayError('InvalidRequest', `${fact} Register it; its first check says what its Deployment needs.`);
}

async function planned(
  adoptions: Adoptions,
  { spec, target }: { readonly spec: ServiceSpec; readonly target: LambdaTarget },
): Promise<AdoptPlan> {
  const live = await adoptions.read(target.function);
  const alarms = new Map<string, AlarmThere | null>();
  for (const name of spec.alarms) alarms.set(name, await adoptions.readAlarm(name));
  return planAdoption({ spec, target, live, alarms });
}

function planLines({ steps, points }: AdoptPlan, target: LambdaTarget): string[] {
  const numbered = steps.flatMap(({ text }, index) => wrapped({ sentence: text, bullet: `  ${index + 1}. ` }));
  const head =
    steps.length === 0
      ? `For ${target.function}:${target.alias} there is nothing to do here.`
      : `What slipway adopt does for ${target.function}:${target.alias}:`;
  return [head, ...numbered, ...(points.length === 0 ? [] : ['', ...pointLines(points)])];
}

interface Doing {
  readonly adoptions: Adoptions;
  readonly target: LambdaTarget;
  readonly print: AdoptDesk['print'];
}

/**
 * The steps run one after the other, because the alias needs the version. When a step fails, the earlier steps stay
 * done, and the next run continues.
 */
async function doSteps(steps: readonly Step[], { adoptions, target, print }: Doing): Promise<void> {
  let version = '';
  for (const [index, step] of steps.entries()) {
    try {
      const said = await doStep(step, { adoptions, target, version });
      if (step.do === 'publish') version = said;
      print(`  ${index + 1}. ${step.do === 'publish' ? `Version ${said}.` : said}`);
    } catch (error) {
      if (isSlipwayError(error))
        print(`  ${index + 1}. Not done. What was done before stays; run this again to go on.`);
      throw error;
    }
  }
}

async function doStep(
  step: Step,
  { adoptions, target, version }: Omit<Doing, 'print'> & { readonly version: string },
): Promise<string> {
  switch (step.do) {
    case 'publish':
      return adoptions.publish({ functionName: target.function, codeSha256: step.codeSha256 });
    case 'alias':
      await adoptions.createAlias(target, version);
      return `The alias ${target.alias} is on version ${version}.`;
    case 'tag':
      await adoptions.tag(step.arn, { [MANAGED_TAG]: 'true' });
      return `Tagged ${MANAGED_TAG} = true.`;
    case 'alarm':
      await adoptions.putAlarm(step.alarm);
      return `The alarm ${step.alarm.AlarmName} is there.`;
  }
}
