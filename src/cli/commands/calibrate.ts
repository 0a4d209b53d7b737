/**
 * `slipway calibrate`: finds a policy for a service that keeps the requested promises, or says why there is none. The
 * exit code is 2 when there is none.
 */
import { SlipwayError } from '../../domain/errors.ts';
import { judgeDoubts } from '../../domain/preflight/judge-doubts.ts';
import type { ServiceSpec } from '../../domain/service/service-spec.ts';
import { planSteps } from '../../domain/service/strategy.ts';
import { onCluster } from '../../domain/service/target.ts';
import { neverUnhealthy } from '../../domain/verdict/most-harm.ts';
import { assumptionsOf } from '../../rehearse/assumptions.ts';
import { calibrate as run } from '../../rehearse/calibrate/calibrate.ts';
import type { Given } from '../arguments/declaration.ts';
import { withArguments } from '../arguments/read-arguments.ts';
import { readOptions } from '../calibrate/calibrate-options.ts';
import { calibrationLines } from '../calibrate/calibration-lines.ts';
import { CALIBRATE } from '../declarations/calibrate.ts';
import { readServiceFile } from '../files/service-file.ts';
import { progressBar } from '../print/progress-bar.ts';
import { modelFor } from './rehearse.ts';

type Say = (line: string) => void;

export function calibrate(args: readonly string[], say: Say = console.log): Promise<number> {
  return withArguments(CALIBRATE, { args, print: say, run: (given) => calibrateService(given, say) });
}

async function calibrateService(
  { values, words: [path = ''] }: Given<typeof CALIBRATE.options>,
  say: Say,
): Promise<number> {
  const spec = readServiceFile(path);
  refuseUnweighted(spec);
  const options = readOptions(values, spec);
  const given = modelFor(spec, values['from-metrics']);
  const bars = { Searching: progressBar('Searching'), Checking: progressBar('Checking ') };
  const result = await run({
    ...options,
    spec,
    model: given.model,
    seed: values.seed,
    onProgress: ({ doing, ...progress }) => bars[doing].show(progress),
  });
  for (const bar of Object.values(bars)) bar.end();
  const proposed = { ...spec, alarms: [], strategy: result.proposal?.strategy ?? [] };
  const assumptions = [...assumptionsOf({ spec: proposed, given }), ...leftOut(spec)];
  const { requestsPerSecond } = given.model;
  const warnings =
    result.proposal === null ? [] : judgeDoubts({ ...spec, ...result.proposal }, { requestsPerSecond, neverUnhealthy });
  if (values.json) say(JSON.stringify({ ...result, warnings, assumptions }, null, 2));
  else for (const line of calibrationLines({ result, warnings, assumptions })) say(line);
  if (result.check === null) return 2;
  return result.check.keepsPromise ? 0 : 1;
}

function leftOut({ strategy }: ServiceSpec): string[] {
  if (!planSteps(strategy).some((step) => 'approve' in step)) return [];
  return ['The strategy of the service asks for approvals. They are left out here: put them back where they belong.'];
}

/** Without shares of the calls, there are never two versions to compare. */
function refuseUnweighted({ target }: ServiceSpec): void {
  const kind = onCluster(target)?.route.kind;
  if (kind !== 'rolling' && kind !== 'blueGreen') return;
  const detail = `The route ${kind} sends all calls or none to the new version, so there is no weight to calibrate. Choose the route replicas, httpRoute or albIngress.`;
  throw new SlipwayError('InvalidRequest', detail);
}
