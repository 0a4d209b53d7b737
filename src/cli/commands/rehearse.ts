/**
 * `slipway rehearse slipway.yml`: runs a thousand rollouts per scenario in virtual time, and reports the results as a
 * table, JSON or a page.
 */
import { writeFileSync } from 'node:fs';
import { SlipwayError } from '../../domain/errors.ts';
import { judgeDoubts } from '../../domain/preflight/judge-doubts.ts';
import type { ServiceSpec } from '../../domain/service/service-spec.ts';
import { neverUnhealthy } from '../../domain/verdict/most-harm.ts';
import { assumptionsOf } from '../../rehearse/assumptions.ts';
import { rolloutSeed } from '../../rehearse/batch.ts';
import { type GivenModel, givenModel } from '../../rehearse/model/given-model.ts';
import { readRecordedMetrics } from '../../rehearse/model/recorded-metrics.ts';
import type { RehearsalScenario, Setting } from '../../rehearse/rehearsal-result.ts';
import { rehearse as rehearseAll } from '../../rehearse/rehearse.ts';
import { rehearseRollout } from '../../rehearse/rehearse-rollout.ts';
import { readHarm, scenariosOf } from '../../rehearse/scenarios.ts';
import type { Given, ValuesOf } from '../arguments/declaration.ts';
import { withArguments } from '../arguments/read-arguments.ts';
import { wholeNumber } from '../arguments/whole-number.ts';
import { REHEARSE } from '../declarations/rehearse.ts';
import { readServiceFile } from '../files/service-file.ts';
import { progressBar } from '../print/progress-bar.ts';
import { timelineLine } from '../print/timeline-lines.ts';
import { reportPage } from '../rehearse/report-page.ts';
import { resultLines } from '../rehearse/result-lines.ts';

export interface Desk {
  /** Standard output, and standard error. */
  readonly print: (text: string) => void;
  readonly tell: (line: string) => void;
}

const desk: Desk = { print: console.log, tell: console.error };

type Values = ValuesOf<typeof REHEARSE.options>;

export function rehearse(args: readonly string[], at: Desk = desk): Promise<number> {
  return withArguments(REHEARSE, { args, print: at.print, run: (given) => rehearseService(given, at) });
}

async function rehearseService(
  { values, words: [path = ''] }: Given<typeof REHEARSE.options>,
  { print, tell }: Desk,
): Promise<number> {
  const spec = readServiceFile(path);
  const given = modelFor(spec, values['from-metrics']);
  const setting = settingOf(values);
  if (values.only !== undefined)
    return rehearseOne(given, { spec, only: values.only, seed: values.seed, setting, print });

  const order = {
    ...{ spec, model: given.model, seed: values.seed, setting },
    ...{ scenarios: scenariosOf(values.harm), ...counts(values) },
  };
  const bar = progressBar('Rehearsing');
  const begin = performance.now();
  const result = await rehearseAll({ ...order, onProgress: bar.show }).finally(bar.end);
  const assumptions = assumptionsOf({ spec, given, setting });
  const warnings = judgeDoubts(spec, { ...setting, requestsPerSecond: given.model.requestsPerSecond, neverUnhealthy });
  print(
    values.json
      ? JSON.stringify({ ...result, setting, modelFrom: given.from, warnings, assumptions })
      : resultLines({ result, warnings, assumptions }).join('\n'),
  );
  if (values.report !== undefined) writePage(values.report, reportPage({ result, warnings, assumptions }));
  const seconds = (performance.now() - begin) / 1_000;
  tell(`${order.runs * order.scenarios.length} rollouts in ${seconds.toFixed(1)} s.`);
  return 0;
}

/** Measured values come before the values of the spec. The calls that `npm start` sends to a handler are known, too. */
export function modelFor(spec: ServiceSpec, metricsFile: string | undefined): GivenModel {
  const measured = metricsFile === undefined ? {} : readRecordedMetrics(metricsFile);
  const { handler, requestsPerSecond = 0, model } = spec.rehearsal ?? {};
  const sent = handler === undefined || requestsPerSecond === 0 ? {} : { requestsPerSecond };
  return givenModel({ part: { ...sent, ...model }, measured });
}

/** A judge learns from 70 minutes. */
const HISTORY_MAX = 70;
const LOOK_SECONDS_MAX = 60;

function settingOf({ history, 'look-every': lookEvery }: Values): Setting {
  return {
    historyMinutes: wholeNumber(history, { name: 'history', min: 0, max: HISTORY_MAX }),
    lookSeconds: wholeNumber(lookEvery, { name: 'look-every', max: LOOK_SECONDS_MAX }),
  };
}

const RUNS_MAX = 100_000;
const WORKERS_MAX = 64;

function counts({ runs, workers }: Values): { readonly runs: number; readonly workers?: number } {
  const threads = workers === undefined ? {} : { workers: wholeNumber(workers, { name: 'workers', max: WORKERS_MAX }) };
  return { runs: wholeNumber(runs, { name: 'runs', max: RUNS_MAX }), ...threads };
}

function writePage(path: string, page: string): void {
  try {
    writeFileSync(path, page);
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new SlipwayError('InvalidRequest', `The report cannot be written: ${why}. Name another file.`, { cause });
  }
}

interface OneOrder {
  readonly spec: ServiceSpec;
  readonly only: string;
  readonly seed: string;
  readonly setting: Setting;
  readonly print: Desk['print'];
}

/** Runs one rollout of a rehearsal again with its timeline, to show why it ended as it did. */
async function rehearseOne({ model }: GivenModel, { spec, only, seed, setting, print }: OneOrder): Promise<number> {
  const [, name = '', digits] = /^(.+)\/(\d+)$/.exec(only) ?? [];
  if (digits === undefined) {
    const next = 'Write a scenario and the number of a rollout, counted from 0, for example healthy/17 or errors=5/0.';
    throw new SlipwayError('InvalidRequest', `--only is ${JSON.stringify(only)}. ${next}`);
  }
  const order = {
    spec,
    model,
    scenario: scenarioNamed(name),
    seed: rolloutSeed({ seed, name, number: Number(digits) }),
    setting,
  };
  const { rollout, deployment, timeline } = await rehearseRollout(order);
  print(`Rollout ${only} of seed ${seed}, at ${new Date(deployment.openedAt).toISOString().slice(11, 19)} UTC:\n`);
  for (const entry of timeline) print(timelineLine(entry, deployment.openedAt));
  const fields = Object.entries(rollout).filter(([, value]) => value !== null);
  print(`\n${fields.map(([field, value]) => `  ${field}: ${value}`).join('\n')}`);
  return 0;
}

function scenarioNamed(name: string): RehearsalScenario {
  const usual = scenariosOf([]).find((scenario) => scenario.name === name);
  return usual ?? { name, harm: readHarm(name), outage: 'drawn' };
}
