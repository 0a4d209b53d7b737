/** Uses AWS SAM as `sam deploy` does: it packages the template of an example, and shows what AWS makes from it. */
import { readCloudFormationYaml } from '../examples/cloudformation-yaml.ts';
import type { Template } from '../examples/template.ts';
import { askPython } from './python.ts';

export interface SamOrder {
  /** The text of template.yaml. */
  readonly text: string;
  /** The place to which `sam package` uploaded the code of all functions: `s3://code/<its hash>`. */
  readonly code: string;
  readonly parameters?: Readonly<Record<string, string>>;
}

/** The CloudFormation template that the SAM transform makes, by the translator that AWS itself runs. */
export function translateSam({ text, code, parameters = {} }: SamOrder): Promise<Template> {
  const template = readCloudFormationYaml(text) as { readonly Resources: Readonly<Record<string, SamResource>> };
  const Resources = Object.fromEntries(
    Object.entries(template.Resources).map(([id, resource]) => [id, packaged(resource, code)]),
  );
  return askPython('translate-sam.py', { template: { ...template, Resources }, parameters });
}

interface SamResource {
  readonly Type: string;
  readonly Properties?: Readonly<Record<string, unknown>>;
}

/** `sam package` replaces the folder by the address of the uploaded code. */
function packaged(resource: SamResource, code: string): SamResource {
  if (resource.Type !== 'AWS::Serverless::Function' || resource.Properties?.ImageUri !== undefined) return resource;
  return { ...resource, Properties: { ...resource.Properties, CodeUri: code } };
}
