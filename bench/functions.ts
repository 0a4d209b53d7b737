/** How large each function is, and how long it takes to load: whole processes, by turns with a handler that does nothing. */
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Artefact } from './artefacts.ts';
import { median, type Row } from './row.ts';

/** Before zip, and as a multiple of the bare handler. */
const GOALS: Readonly<Record<string, { readonly kilobytes: number; readonly ratio: number }>> = {
  readDeployment: { kilobytes: 256, ratio: 2.5 },
  startDeployment: { kilobytes: 420, ratio: 3.1 },
  authorizeRequest: { kilobytes: 256, ratio: 2.5 },
  remediateAlarm: { kilobytes: 280, ratio: 2.8 },
};
const RUNS = 25;
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
    .map(({ functionKey, zipBytes, codeBytes }) => {
      const limit = GOALS[functionKey]?.kilobytes;
      return {
        what: `size of ${functionKey}`,
        goal: limit === undefined ? '' : `<= ${limit} KB`,
        measured: `${kilobytes(codeBytes)} KB (zipped ${kilobytes(zipBytes)})`,
        ok: limit === undefined || codeBytes <= limit * 1_024,
      };
    });
}

function kilobytes(bytes: number): string {
  return (bytes / 1_024).toFixed(0);
}

export function benchInit(artefacts: readonly Artefact[], folder: string): Row[] {
  const bare = join(folder, 'bare.mjs');
  writeFileSync(bare, 'export const handler = async () => ({ statusCode: 200 });\n');
  const measured = artefacts.filter(({ functionKey }) => functionKey in GOALS);
  const modules = [bare, ...measured.map(({ module }) => module)];
  const times = new Map(modules.map((module): [string, number[]] => [module, []]));
  // By turns, so that a slow moment of the machine falls on all of them.
  for (let run = 0; run < RUNS; run += 1) for (const [module, own] of times) own.push(loadMs(module));
  const bareMs = median(times.get(bare) ?? []);
  return measured.map(({ functionKey, module }) => {
    const ratio = median(times.get(module) ?? []) / bareMs;
    const goal = GOALS[functionKey]?.ratio ?? 0;
    return {
      what: `init of ${functionKey}, over a bare handler`,
      goal: `<= ${goal}x`,
      measured: `${ratio.toFixed(2)}x (bare ${bareMs.toFixed(0)} ms)`,
      ok: ratio <= goal,
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
