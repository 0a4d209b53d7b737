/** `slipway calibrate`: a policy for a service that keeps what is asked of it, or why there is none. Exit code 2 without one. */
import { parseArgs } from 'node:util';
import { SlipwayError } from '../../domain/errors.ts';
import type { ServiceSpec } from '../../domain/service/service-spec.ts';
import { planSteps } from '../../domain/service/strategy.ts';
import { onCluster } from '../../domain/service/target.ts';
import { assumptionsOf } from '../../rehearse/assumptions.ts';
import { calibrate as run } from '../../rehearse/calibrate/calibrate.ts';
import { CALIBRATE_OPTIONS, readOptions } from '../calibrate/calibrate-options.ts';
import { calibrationLines } from '../calibrate/calibration-lines.ts';
import { CALIBRATE_HELP } from '../calibrate/help.ts';
import { progressBar } from '../progress-bar.ts';
import { readServiceFile } from '../service-file.ts';
import { modelFor } from './rehearse.ts';

type Say = (line: string) => void;

export async function calibrate(args: string[], say: Say = console.log): Promise<number> {
  const { values, positionals } = parseArgs({ args, options: CALIBRATE_OPTIONS, allowPositionals: true });
  if (values.help) {
    say(CALIBRATE_HELP);
    return 0;
  }
  const spec = readServiceFile(pathOf(positionals));
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
  if (values.json) say(JSON.stringify({ ...result, assumptions }, null, 2));
  else for (const line of calibrationLines({ result, assumptions })) say(line);
  if (result.check === null) return 2;
  return result.check.keepsPromise ? 0 : 1;
}

function pathOf(positionals: readonly string[]): string {
  const [path, ...more] = positionals;
  if (path !== undefined && more.length === 0) return path;
  throw new SlipwayError(
    'InvalidRequest',
    'Name one service file: slipway calibrate slipway.yml --detect 2x --false-rollback 1%',
  );
}

function leftOut({ strategy }: ServiceSpec): string[] {
  if (!planSteps(strategy).some((step) => 'approve' in step)) return [];
  return ['The strategy of the service asks for approvals. They are left out here: put them back where they belong.'];
}

/** Without a share of the calls there are no two versions to compare. */
function refuseUnweighted({ target }: ServiceSpec): void {
  const kind = onCluster(target)?.route.kind;
  if (kind !== 'rolling' && kind !== 'blueGreen') return;
  const detail = `The route ${kind} sends all calls or none to the new version, so there is no weight to calibrate. Choose the route replicas, httpRoute or albIngress.`;
  throw new SlipwayError('InvalidRequest', detail);
}
