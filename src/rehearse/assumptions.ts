/** The assumptions of a rehearsal, as sentences below its results: without them the figures mean nothing. */
import { alarmInWords } from '../domain/service/described-alarm.ts';
import type { ServiceSpec } from '../domain/service/service-spec.ts';
import { planSteps } from '../domain/service/strategy.ts';
import { onCluster } from '../domain/service/target.ts';
import { type GivenModel, MODEL_FIGURES } from './model/given-model.ts';
import { readPrices } from './model/price-list.ts';
import { type Setting, USUAL_SETTING } from './rehearsal-result.ts';
import { alarmPercent, FIRST_CALLS_MS, MANIFESTS_FOR_A_FOLDER, METRICS_DELAY_SECONDS } from './stage.ts';

export function assumptionsOf({
  spec,
  given,
  setting = USUAL_SETTING,
}: {
  readonly spec: ServiceSpec;
  readonly given: GivenModel;
  readonly setting?: Setting | undefined;
}): string[] {
  const { asOf, region } = readPrices();
  return [
    ...figuresInWords(given),
    'An error is an invocation that fails or an answer with a status of 500 or more; the model does not tell them apart.',
    'Requests are independent of each other within a minute. Of a harm, every call of the new version has its share.',
    `A rollout begins at a drawn time of day and moment of the minute, when no alarm is red, ${historyInWords(setting)}. A shared outage begins at a drawn moment of the bakes.`,
    `The figures of a period are there ${METRICS_DELAY_SECONDS} s after its end; the judge looks ${looksInWords(setting)}.`,
    ...alarmsInWords({ spec, given }),
    ...(planSteps(spec.strategy).some((step) => 'approve' in step) ? ['Every approval is given at once.'] : []),
    ...(spec.hooks.beforeTraffic.length + spec.hooks.afterTraffic.length > 0 ? ['Every hook passes.'] : []),
    ...clusterInWords(spec.target),
    'A rollout ends when its version has all calls or none, or when it waits for a person (held). What an alarm does in the watch after that is left out.',
    'Requests harmed: those of the new version that fail, or with a harm of latency take longer than 99 % of the stable version do, beyond what the stable version would have had.',
    `Dollars: list prices of ${asOf} in ${region}, free tiers not taken off.`,
  ];
}

function historyInWords({ historyMinutes }: Setting): string {
  if (historyMinutes >= 60) return 'after an hour of calls or more';
  if (historyMinutes === 0) return `${FIRST_CALLS_MS / 1_000} s after the first calls of stable, as for a new service`;
  return `after ${historyMinutes} ${historyMinutes === 1 ? 'minute' : 'minutes'} of calls`;
}

function looksInWords({ lookSeconds }: Setting): string {
  return lookSeconds === 60 ? 'every minute, as in AWS' : `every ${lookSeconds} s`;
}

function clusterInWords(target: ServiceSpec['target']): string[] {
  const manifests = onCluster(target)?.manifests;
  if (manifests === undefined) return [];
  const pods =
    'Pods are ready 5 s after they are made; a build waits 10 to 30 s for its machine, on the way back 1 to 4 s.';
  if (!('folder' in manifests)) return [pods];
  return [
    pods,
    `For the manifests in ${manifests.folder} stand ${MANIFESTS_FOR_A_FOLDER.replicas} replicas of Slipway's own.`,
  ];
}

function figuresInWords({ model, from }: GivenModel): string[] {
  const sentences = { spec: 'From the spec', measured: 'Measured', assumed: 'Assumed, since nothing says otherwise' };
  return (['spec', 'measured', 'assumed'] as const).flatMap((source) => {
    const figures = MODEL_FIGURES.filter(({ field }) => from[field] === source);
    if (figures.length === 0) return [];
    return [`${sentences[source]}: ${figures.map(({ inWords }) => inWords(model)).join('; ')}.`];
  });
}

function alarmsInWords({ spec, given }: { readonly spec: ServiceSpec; readonly given: GivenModel }): string[] {
  const { alarms, describedAlarms = [] } = spec;
  const described = describedAlarms.map(
    (alarm) => `${alarm.name} is red at ${alarmInWords(alarm)}, as the spec describes it.`,
  );
  const named = alarms.filter((name) => !describedAlarms.some((alarm) => alarm.name === name));
  if (named.length === 0) return described;
  const limit = Number(alarmPercent(given.model).toPrecision(3));
  const fact = `How ${named.join(', ')} ${named.length === 1 ? 'is' : 'are'} defined is not known here`;
  return [...described, `${fact}: red when more than ${limit} % of all calls of one minute fail.`];
}
