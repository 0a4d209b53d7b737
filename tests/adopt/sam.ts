/** AWS SAM as `sam deploy` uses it: the template of an example, packaged, and what AWS makes of it. */
import { readCloudFormationYaml } from '../examples/cloudformation-yaml.ts';
import type { Template } from '../examples/template.ts';
import { askPython } from './python.ts';

export interface SamOrder {
  /** The text of template.yaml. */
  readonly text: string;
  /** Where `sam package` has put the code of all functions: `s3://code/<its hash>`. */
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

/** `sam package` writes the address of the uploaded code in the place of the folder. */
function packaged(resource: SamResource, code: string): SamResource {
  if (resource.Type !== 'AWS::Serverless::Function' || resource.Properties?.ImageUri !== undefined) return resource;
  return { ...resource, Properties: { ...resource.Properties, CodeUri: code } };
}
