/**
 * Finds and reads what a tool wrote, in a file or in the folder of a project. When a file cannot be read, the error
 * names the command that makes it.
 */
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { isSlipwayError, SlipwayError } from '../../domain/errors.ts';
import { cdkStacks } from './cdk-output.ts';
import type { FoundFunction, Tool } from './found-function.ts';
import { type Fields, fieldsOf, isFields, listOf, readDocuments, textOf } from './intrinsic-values.ts';
import { type FoundWorkload, workloadsOf } from './kubernetes-documents.ts';
import { sourceHint } from './source-hints.ts';
import { functionsOfTemplate } from './template.ts';
import { resourcesOf } from './template-resources.ts';
import { functionsOfTerraform } from './terraform.ts';

export interface Source {
  /** The name in a message. */
  readonly path: string;
  readonly functions: readonly FoundFunction[];
  readonly workloads: readonly FoundWorkload[];
  /** Folders in which the sources of the handlers may be. */
  readonly folders: readonly string[];
}

/** In this order: the first output that exists is read, and the later ones are named in the message. */
const OUTPUTS = [
  '.serverless/cloudformation-template-update-stack.json',
  'cloudformation-template-update-stack.json',
  'cdk.out/manifest.json',
  'manifest.json',
  'template.yaml',
  'template.yml',
  'template.json',
  '.aws-sam/build/template.yaml',
];

export function readSource(path: string): Source {
  if (!existsSync(path)) throw refused(`There is no ${path}. Name the file or the folder that your tool wrote.`);
  if (!statSync(path).isDirectory()) return readOutput(path);
  const found = OUTPUTS.map((name) => join(path, name)).filter((file) => existsSync(file));
  const [first] = found;
  if (first === undefined) {
    const workloads = workloadsIn(path);
    if (workloads === null) throw refused(sourceHint(path));
    return { path, ...nothing, folders: [path], workloads };
  }
  const tools = new Set(found.map((file) => basename(file).replace(/\.(ya?ml|json)$/, '')));
  if (tools.size > 1) throw refused(`${path} has the output of several tools: ${found.join(', ')}. Name one of them.`);
  return readOutput(first);
}

function readOutput(path: string): Source {
  const documents = readDocuments({ text: readText(path), path });
  const folder = dirname(path);
  const folders = projectFolders(folder);
  const [first] = documents;
  if (isCdkManifest(first))
    return { path: folder, ...nothing, folders: [folder, ...folders], functions: fromCdk(first, folder) };
  const workloads = workloadsOf(documents, folder);
  if (workloads !== null) return { path, ...nothing, folders, workloads };
  if (!isFields(first)) throw refused(`${path} is not the output of a tool that Slipway reads. ${sourceHint(folder)}`);
  if (first.format_version !== undefined && (isFields(first.values) || isFields(first.planned_values))) {
    return { path, ...nothing, folders, functions: functionsOfTerraform(first) };
  }
  if (isFields(first.Resources)) {
    return { path, ...nothing, folders, functions: functionsOfTemplate({ tool: toolOf(first), template: first }) };
  }
  throw refused(`${path} ${otherFile(first)}`);
}

const nothing = { functions: [], workloads: [] };

function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8').replace(/^\uFEFF/, '');
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new SlipwayError('InvalidRequest', `${path} cannot be read: ${why}. Name a file that you may read.`, {
      cause,
    });
  }
}

/** For a folder whose YAML files are all manifests; null for any other folder. */
function workloadsIn(folder: string): readonly FoundWorkload[] | null {
  const files = readdirSync(folder).filter((name) => /\.ya?ml$/.test(name));
  if (files.some((name) => /^(Chart|kustomization)\.ya?ml$/.test(name))) return null;
  const texts = files.map((name) => ({ text: readText(join(folder, name)), path: join(folder, name) }));
  try {
    return workloadsOf(texts.filter(({ text }) => text.trim() !== '').flatMap(readDocuments), folder);
  } catch (error) {
    // The folder has a file of another kind, which the person did not name.
    if (isSlipwayError(error)) return null;
    throw error;
  }
}

/** The tool's output is in the project's folder, or one or two folders below it. */
function projectFolders(folder: string): string[] {
  return [...new Set([folder, dirname(folder), dirname(dirname(folder)), '.'])];
}

function isCdkManifest(value: unknown): value is Fields {
  return isFields(value) && typeof value.version === 'string' && value.artifacts !== undefined;
}

function fromCdk(manifest: Fields, folder: string): FoundFunction[] {
  const read = (path: string) => {
    const file = join(folder, path);
    if (!existsSync(file)) return null;
    const [document] = readDocuments({ text: readText(file), path: file });
    return fieldsOf(document);
  };
  return cdkStacks(manifest, read).flatMap(({ name, template, paths }) =>
    functionsOfTemplate({ tool: 'cdk', template, stack: name, paths }),
  );
}

function toolOf(template: Fields): Tool {
  if (textOf(template.Transform).includes('AWS::Serverless')) return 'sam';
  const resources = resourcesOf(template);
  const outputs = fieldsOf(template.Outputs);
  if (outputs.ServerlessDeploymentBucketName !== undefined) return 'serverless';
  const isCdk = resources.some(
    ({ Type, whole }) => Type === 'AWS::CDK::Metadata' || fieldsOf(whole.Metadata)['aws:cdk:path'] !== undefined,
  );
  if (isCdk || fieldsOf(template.Parameters).BootstrapVersion !== undefined) return 'cdk';
  const bySam = resources.some(({ Properties }) =>
    listOf(Properties.Tags).some((tag) => fieldsOf(tag).Key === 'lambda:createdBy' && fieldsOf(tag).Value === 'SAM'),
  );
  return bySam ? 'sam' : 'cloudformation';
}

/** A file that people name although they mean the output that is made from it. */
function otherFile(file: Fields): string {
  if (file.service !== undefined && file.provider !== undefined) {
    return 'is serverless.yml itself. Run serverless package, then slipway init in its folder.';
  }
  if (file.terraform_version !== undefined) {
    return file.format_version === undefined
      ? 'is a state file of Terraform. Run terraform show -json > terraform.json, then slipway init terraform.json.'
      : 'is an empty state or plan of Terraform. Run terraform apply or plan first, then terraform show -json again.';
  }
  if (file.app !== undefined && file.Resources === undefined) {
    return 'is not a template. If it is cdk.json, run npx cdk synth, then slipway init cdk.out.';
  }
  return 'is not the output of a tool that Slipway reads: a packaged Serverless template, a SAM template, cdk.out, terraform show -json, kustomize build or helm template.';
}

function refused(message: string): SlipwayError {
  return new SlipwayError('InvalidRequest', message);
}
