/** Reads the templates of a `cdk.out` folder: each stack of its manifest, those of stages, and nested stacks. */
import { SlipwayError } from '../../domain/errors.ts';
import { type Fields, fieldsOf, isFields, listOf, stringOf } from './intrinsic-values.ts';
import { resourcesOf } from './template-resources.ts';

export interface CdkStack {
  readonly name: string;
  readonly template: Fields;
  /** The construct path of each logical id. */
  readonly paths: ReadonlyMap<string, string>;
}

/** Reads a JSON file by its path below the folder; returns null when it does not exist. */
export type ReadJson = (path: string) => Fields | null;

export function cdkStacks(manifest: Fields, read: ReadJson): CdkStack[] {
  if (!isFields(manifest.artifacts)) {
    const fact = 'manifest.json names no artifacts, so a CDK that is older than version 1.10 or another tool wrote it.';
    throw new SlipwayError('InvalidRequest', `${fact} Run npx cdk synth with a current CDK, then repeat this.`);
  }
  return Object.entries(manifest.artifacts).flatMap(([name, artifact]): CdkStack[] => {
    const { type, properties } = fieldsOf(artifact);
    const { templateFile, directoryName, stackName } = fieldsOf(properties);
    if (type === 'cdk:cloud-assembly') return inFolder(stringOf(directoryName) ?? '', read);
    if (type !== 'aws:cloudformation:stack') return [];
    const file = stringOf(templateFile) ?? `${name}.template.json`;
    return withNested({ name: stringOf(stackName) ?? name, file, paths: pathsOf(fieldsOf(artifact), read), read });
  });
}

function inFolder(folder: string, read: ReadJson): CdkStack[] {
  const within: ReadJson = (path) => read(`${folder}/${path}`);
  const manifest = within('manifest.json');
  return manifest === null ? [] : cdkStacks(manifest, within);
}

interface StackFile {
  readonly name: string;
  readonly file: string;
  readonly paths: ReadonlyMap<string, string>;
  readonly read: ReadJson;
}

function withNested({ name, file, paths, read }: StackFile): CdkStack[] {
  const template = read(file);
  if (template === null) {
    const fact = `manifest.json names ${file}, which is not there.`;
    throw new SlipwayError('InvalidRequest', `${fact} Run npx cdk synth again, then repeat this.`);
  }
  const nested = resourcesOf(template).flatMap(({ Type, whole }) => {
    const path = stringOf(fieldsOf(whole.Metadata)['aws:asset:path']);
    const isThere = Type === 'AWS::CloudFormation::Stack' && path !== null && read(path) !== null;
    return isThere ? withNested({ name, file: path, paths: new Map(), read }) : [];
  });
  return [{ name, template, paths }, ...nested];
}

/** The paths are in a file of their own since version 40 of the manifest, and before that in the manifest. */
function pathsOf(artifact: Fields, read: ReadJson): ReadonlyMap<string, string> {
  const file = stringOf(artifact.additionalMetadataFile);
  const metadata = file === null ? fieldsOf(artifact.metadata) : fieldsOf(read(file));
  const entries = Object.entries(metadata).flatMap(([path, entries]) =>
    listOf(entries).flatMap((entry) => {
      const { type, data } = fieldsOf(entry);
      return type === 'aws:cdk:logicalId' && typeof data === 'string' ? [[data, path] as const] : [];
    }),
  );
  return new Map(entries);
}
