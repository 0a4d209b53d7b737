/**
 * The functions as `serverless package` makes them: each with its own artefact and its environment from the template.
 */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { unzipSync } from 'fflate';
import type { Packaged, PackagedResource } from '../../repo/packaged-template.ts';
import { runServerless } from '../../repo/run-serverless.ts';
import { ROOT } from '../../repo/sources.ts';
import { STACK_VARIANTS } from '../../repo/stack-variants.ts';
import { isObject, resourcesOf } from '../../repo/template-values.ts';
import { NOBODY, type PackagedFunction } from './invoke.ts';

export interface PackagedStack {
  readonly template: Packaged;
  readonly functions: readonly PackagedFunction[];
}

/** The stack has every optional part, so that no variable is empty that may have a value. */
export async function packagedStack(): Promise<PackagedStack> {
  const folder = mkdtempSync(join(tmpdir(), 'slipway-functions-'));
  try {
    const { stage, params = {} } = STACK_VARIANTS.at(-1) ?? { stage: 'dev' };
    const given = Object.entries(params).map(([name, value]) => `--param=${name}=${value}`);
    await runServerless({ folder: ROOT, home: folder }, [
      'package',
      `--stage=${stage}`,
      `--package=${folder}`,
      ...given,
    ]);
    const file = join(folder, 'cloudformation-template-update-stack.json');
    const template = JSON.parse(readFileSync(file, 'utf8')) as Packaged;
    const functions = resourcesOf(template, 'AWS::Lambda::Function').map(([, resource]) =>
      packagedFunction(folder, { template, resource }),
    );
    return { template, functions };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

interface FunctionProperties {
  readonly FunctionName: string;
  readonly Handler: string;
  readonly MemorySize: number;
  readonly Environment?: { readonly Variables?: Readonly<Record<string, unknown>> };
}

function packagedFunction(
  folder: string,
  { template, resource }: { readonly template: Packaged; readonly resource: PackagedResource },
): PackagedFunction {
  const {
    FunctionName: name,
    Handler: handler,
    MemorySize: memoryMb,
    Environment,
  } = resource.Properties as unknown as FunctionProperties;
  const key = name.slice(name.lastIndexOf('-') + 1);
  const variables = Object.entries(Environment?.Variables ?? {}).flatMap(([variable, value]) => {
    const text = resolved(value, template);
    return text === null ? [] : [[variable, text] as const];
  });
  // There is no database and no secret of a database. A connection to a closed port fails at once.
  const replaced = { DATABASE_URL: `postgres://slipway@${NOBODY}/slipway`, DATABASE_SECRET_ARN: '' };
  const environment = { ...Object.fromEntries(variables), ...replaced };
  return { key, name, handler, memoryMb, environment, files: unzipSync(readFileSync(join(folder, `${key}.zip`))) };
}

const PSEUDO: Readonly<Record<string, string>> = {
  'AWS::Partition': 'aws',
  'AWS::Region': 'us-east-1',
  'AWS::AccountId': '123456789012',
  'AWS::StackName': 'slipway-prod',
  'AWS::URLSuffix': 'amazonaws.com',
};

/**
 * Returns the text that CloudFormation would insert, or null for AWS::NoValue. Throws on a function of CloudFormation
 * that is unknown here.
 */
function resolved(value: unknown, template: Packaged): string | null {
  if (!isObject(value)) return String(value);
  const [name = '', of] = Object.entries(value)[0] ?? [];
  if (name === 'Ref') return of === 'AWS::NoValue' ? null : referenced(String(of), template);
  if (name === 'Fn::If') return resolved((of as unknown[])[1], template);
  if (name === 'Fn::GetAtt') return `${[of].flat().join('-')}.example`.toLowerCase();
  if (name === 'Fn::Sub' && typeof of === 'string')
    return of.replace(/\$\{([^}]+)\}/g, (_, reference: string) => referenced(reference, template));
  throw new Error(
    `The template has ${name} in the environment of a function, which this test cannot resolve. Teach it.`,
  );
}

/** Returns the value of a reference to a resource, by the type of the resource. */
function referenced(id: string, { Resources }: Packaged): string {
  const pseudo = PSEUDO[id];
  if (pseudo !== undefined) return pseudo;
  switch (Resources[id]?.Type) {
    case 'AWS::SNS::Topic':
      return `arn:aws:sns:us-east-1:123456789012:${id}`;
    case 'AWS::KMS::Key':
      return '1234abcd-12ab-34cd-56ef-1234567890ab';
    default:
      return id.toLowerCase().replaceAll('.', '-');
  }
}
