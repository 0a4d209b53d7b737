/** How large each function is, and how long it takes to load: whole processes, by turns with a handler that does nothing. */
import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Artefact } from './artefacts.ts';
import { quantile, type Row } from './row.ts';

/** Before zip, and as a multiple of the bare handler. */
interface Goal {
  readonly kilobytes: number;
  readonly ratio: number;
}
const WITHOUT_CLIENTS: Goal = { kilobytes: 256, ratio: 2.5 };
/** The largest has five clients, the judge, and the look at the pods of clusters. */
const WITH_CLIENTS: Goal = { kilobytes: 440, ratio: 3.1 };
/** Users are waiting while it starts. It has the brake of clusters with it; most of the rest is the SDK, the driver and zod. */
const WAY_BACK: Goal = { kilobytes: 296, ratio: 2.8 };
/** Every client of the SDK says with it who calls. */
const USER_AGENT = 'aws-sdk-js';

/** Of so many the quicker ones count: what else runs on the machine makes a start slower, and never quicker. */
const RUNS = 15;
const QUICK = 0.2;
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
      };
    });
}

/** By what the bundle has in it: a function that calls AWS may be larger than one that only asks the database. */
function goalOf({ functionKey, module }: Artefact): Goal {
  if (functionKey === 'remediateAlarm') return WAY_BACK;
  return readFileSync(module, 'utf8').includes(USER_AGENT) ? WITH_CLIENTS : WITHOUT_CLIENTS;
}

function kilobytes(bytes: number): string {
  return (bytes / 1_024).toFixed(0);
}

export function benchInit(artefacts: readonly Artefact[], folder: string): Row[] {
  const bare = join(folder, 'bare.mjs');
  writeFileSync(bare, 'export const handler = async () => ({ statusCode: 200 });\n');
  const modules = [bare, ...artefacts.map(({ module }) => module)];
  const times = new Map(modules.map((module): [string, number[]] => [module, []]));
  // By turns, so that a slow moment of the machine falls on all of them.
  for (let run = 0; run < RUNS; run += 1) for (const [module, own] of times) own.push(loadMs(module));
  const quickMs = (module: string) => quantile(times.get(module) ?? [], QUICK);
  const bareMs = quickMs(bare);
  return artefacts
    .map((artefact) => ({ ...artefact, ratio: quickMs(artefact.module) / bareMs }))
    .sort((one, other) => other.ratio - one.ratio)
    .map((artefact) => {
      const goal = goalOf(artefact).ratio;
      return {
        what: `init of ${artefact.functionKey}, over a bare handler`,
        goal: `<= ${goal}x`,
        measured: `${artefact.ratio.toFixed(2)}x (bare ${bareMs.toFixed(0)} ms)`,
        ok: artefact.ratio <= goal,
      };
    });
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
