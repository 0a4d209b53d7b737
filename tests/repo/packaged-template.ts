/** Makes the CloudFormation template of `serverless package` without bundling, which takes most of the time. */
import { mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runServerless } from './run-serverless.ts';
import { ROOT, readText } from './sources.ts';

export interface Packaged {
  readonly Resources: Readonly<Record<string, PackagedResource>>;
  readonly Outputs?: Readonly<Record<string, unknown>>;
  readonly Parameters?: Readonly<Record<string, unknown>>;
  readonly Conditions?: Readonly<Record<string, unknown>>;
  readonly Mappings?: Readonly<Record<string, unknown>>;
}
export interface PackagedResource {
  readonly Type: string;
  /** Only resources of types without properties have none. */
  readonly Properties?: Readonly<Record<string, unknown>>;
  readonly DependsOn?: string | readonly string[];
  readonly Condition?: string;
  readonly DeletionPolicy?: string;
}
export interface PackageOrder {
  readonly stage: string;
  /** Parameters of serverless.yml. */
  readonly params?: Readonly<Record<string, string>>;
}

/**
 * All of the project may be read while it is packaged. Only serverless.yml is replaced, and the output stays in this
 * folder.
 */
const NOT_LINKED = /^(serverless\.yml|\.git|\.serverless|\.esbuild)$/;
/** An empty zip file. */
const EMPTY_ZIP = Buffer.concat([Buffer.from('PK\x05\x06'), Buffer.alloc(18)]);

export async function packagedTemplate({ stage, params = {} }: PackageOrder = { stage: 'dev' }): Promise<Packaged> {
  const folder = mkdtempSync(join(tmpdir(), 'slipway-package-'));
  try {
    const parts = readdirSync(ROOT).filter((name) => !NOT_LINKED.test(name));
    for (const part of parts) symlinkSync(join(ROOT, part), join(folder, part));
    writeFileSync(join(folder, 'empty.zip'), EMPTY_ZIP);
    writeFileSync(join(folder, 'serverless.yml'), withoutBundles(readText('serverless.yml')));
    const given = Object.entries(params).map(([name, value]) => `--param=${name}=${value}`);
    await runServerless({ folder }, ['package', `--stage=${stage}`, '--package=out', ...given]);
    return JSON.parse(readFileSync(join(folder, 'out/cloudformation-template-update-stack.json'), 'utf8'));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function withoutBundles(text: string): string {
  return text.replace('  - serverless-esbuild\n', '').replace('\n  individually: true\n', '\n  artifact: empty.zip\n');
}
