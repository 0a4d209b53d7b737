/**
 * How large each function is, and how long it takes to load: whole processes, by turns with a handler that does
 * nothing.
 */
import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Artefact } from './artefacts.ts';
import { type BundleGoal, CALLS_AWS, READS, TAKES_BACK } from './bundle-goals.ts';
import type { Row } from './row.ts';

/** Every client of the SDK contains this text for its user agent. */
const USER_AGENT = 'aws-sdk-js';

/** Starts of each function. The quickest counts: what else runs on the machine makes a start slower, and never quicker. */
const RUNS = 8;
/** Further starts of a function that is above its goal. */
const MORE_RUNS = 40;
const ENVIRONMENT = {
  DATABASE_URL: 'postgres://bench@127.0.0.1:1/bench',
  ROLLOUT_MACHINE_ARN: 'arn:aws:states:eu-west-1:1:stateMachine:rollout',
  ROLLBACK_MACHINE_ARN: 'arn:aws:states:eu-west-1:1:stateMachine:rollback',
  DEPLOYMENTS_TOPIC_ARN: 'arn:aws:sns:eu-west-1:1:deployments',
  INCIDENTS_TOPIC_ARN: 'arn:aws:sns:eu-west-1:1:incidents',
  EVENT_BUS_NAME: 'bench',
  OIDC_ISSUERS: 'https://token.actions.githubusercontent.com',
  TOKEN_AUDIENCE: 'bench',
  TOKEN_ISSUER: 'bench',
  TOKEN_KEY_ID: 'bench',
  AWS_REGION: 'eu-west-1',
  AWS_ACCESS_KEY_ID: 'bench',
  AWS_SECRET_ACCESS_KEY: 'bench',
};

export function benchSizes(artefacts: readonly Artefact[]): Row[] {
  return [...artefacts]
    .sort((one, other) => other.codeBytes - one.codeBytes)
    .map((artefact) => {
      const { functionKey, zipBytes, codeBytes } = artefact;
      const limit = goalOf(artefact).kilobytes;
      return {
        what: `size of ${functionKey}`,
        goal: `<= ${limit} KB`,
        measured: `${kilobytes(codeBytes)} KB (zipped ${kilobytes(zipBytes)})`,
        ok: codeBytes <= limit * 1_024,
        value: codeBytes / 1_024,
      };
    });
}

/** By what is in the bundle: a function that calls AWS may be larger than one that only asks the database. */
function goalOf({ functionKey, module }: Artefact): BundleGoal {
  if (functionKey === 'remediateAlarm') return TAKES_BACK;
  return readFileSync(module, 'utf8').includes(USER_AGENT) ? CALLS_AWS : READS;
}

function kilobytes(bytes: number): string {
  return (bytes / 1_024).toFixed(0);
}

export function benchInit(artefacts: readonly Artefact[], folder: string): Row[] {
  const bare = join(folder, 'bare.mjs');
  writeFileSync(bare, 'export const handler = async () => ({ statusCode: 200 });\n');
  const quickest = new Map<string, number>();
  const start = (module: string) => quickest.set(module, Math.min(quickest.get(module) ?? Infinity, loadMs(module)));
  const bareMs = () => quickest.get(bare) ?? Number.NaN;
  const ratioOf = ({ module }: Artefact) => (quickest.get(module) ?? Number.NaN) / bareMs();
  // By turns, so that a slow moment of the machine affects all of them.
  for (let run = 0; run < RUNS; run += 1) for (const module of [bare, ...modulesOf(artefacts)]) start(module);
  for (let run = 0; run < MORE_RUNS; run += 1) {
    const above = artefacts.filter((artefact) => ratioOf(artefact) > goalOf(artefact).ratio);
    if (above.length === 0) break;
    for (const module of [bare, ...modulesOf(above)]) start(module);
  }
  return artefacts
    .map((artefact) => ({ ...artefact, ratio: ratioOf(artefact) }))
    .sort((one, other) => other.ratio - one.ratio)
    .map((artefact) => {
      const goal = goalOf(artefact).ratio;
      return {
        what: `init of ${artefact.functionKey}, over a bare handler`,
        goal: `<= ${goal}x`,
        measured: `${artefact.ratio.toFixed(2)}x (bare ${bareMs().toFixed(0)} ms)`,
        ok: artefact.ratio <= goal,
        value: artefact.ratio,
      };
    });
}

function modulesOf(artefacts: readonly Artefact[]): string[] {
  return artefacts.map(({ module }) => module);
}

function loadMs(module: string): number {
  const startedAt = performance.now();
  const { status, stderr } = spawnSync(
    process.execPath,
    ['--input-type=module', '--eval', `await import(${JSON.stringify(module)}); process.exit(0)`],
    { env: ENVIRONMENT },
  );
  const took = performance.now() - startedAt;
  if (status !== 0) throw new Error(`${module} cannot be loaded: ${String(stderr).slice(-500)}`);
  return took;
}
