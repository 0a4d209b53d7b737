/** Uses the AWS CDK as `cdk synth` does: it runs a TypeScript app, and the folder `cdk.out` then has the templates. */
import { execFile } from 'node:child_process';
import { cpSync, globSync, mkdtempSync, readFileSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Template } from '../examples/template.ts';

export interface Synthesised {
  /** The folder `cdk.out`. */
  readonly folder: string;
  /** The template of the only stack. */
  readonly template: Template;
}

/** A copy of the app's folder in which `aws-cdk-lib` is found. A test may change the code of the functions there. */
export function copyOfApp(folder: string): string {
  const modules = process.env.SLIPWAY_TEST_ADOPT_CDK;
  if (modules === undefined) throw new Error('The CDK is not installed. Run these tests by npm run test:adopt.');
  const copy = mkdtempSync(join(tmpdir(), 'slipway-cdk-'));
  cpSync(folder, copy, { recursive: true });
  symlinkSync(modules, join(copy, 'node_modules'));
  return copy;
}

/** Runs `app.ts` in a folder that `copyOfApp` made. */
export async function synthesise(app: string): Promise<Synthesised> {
  const folder = mkdtempSync(join(tmpdir(), 'slipway-cdk-out-'));
  // The app must not get the options of the tests' own Node. Two variables replace the program `cdk`.
  const env = { ...process.env, NODE_OPTIONS: '', CDK_OUTDIR: folder, CDK_DEFAULT_REGION: 'eu-west-1' };
  await promisify(execFile)(process.execPath, [join(app, 'app.ts')], { cwd: app, env, maxBuffer: 16 << 20 });
  const [path, ...more] = globSync(join(folder, '*.template.json'));
  if (path === undefined || more.length > 0) throw new Error(`The app in ${app} has not one stack.`);
  return { folder, template: JSON.parse(readFileSync(path, 'utf8')) as Template };
}
