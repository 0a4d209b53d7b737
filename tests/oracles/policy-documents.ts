/** Every policy of a packaged template as IAM gets it. Names and ARNs replace the functions of CloudFormation. */
import { textsOf } from '../repo/arn-texts.ts';
import type { Packaged, PackagedResource } from '../repo/packaged-template.ts';
import { isObject, possibleValues } from '../repo/template-values.ts';

export interface PolicyDocument {
  /** `ReconcileIamRoleLambdaExecution.Properties.Policies.0.PolicyDocument` */
  readonly at: string;
  /** What a role may do, who may assume the role, or who may use a resource. */
  readonly kind: 'identity' | 'trust' | 'resource';
  readonly document: { readonly Statement: readonly Readonly<Record<string, unknown>>[] };
}

/** Parameters that may be empty. Then the stack has no resource that uses the parameter. */
const PARAMETERS: Readonly<Record<string, { readonly Default: string }>> = {
  CodeConnectionArn: {
    Default: 'arn:aws:codeconnections:us-east-1:123456789012:connection/0f3a2b1c-1111-2222-3333-444455556666',
  },
  PipelineImageRepository: { Default: 'checkout' },
};
const FUNCTIONS = /^(Ref|Fn::(GetAtt|Sub|Join|If))$/;

export function policyDocuments(template: Packaged): PolicyDocument[] {
  const filled = { ...template, Parameters: { ...template.Parameters, ...PARAMETERS } };
  return Object.entries(template.Resources).flatMap(([id, resource]) =>
    documentsIn(resource.Properties, `${id}.Properties`).map(({ at, document }) => ({
      at,
      kind: kindOf(at, resource),
      document: resolved(document, filled) as PolicyDocument['document'],
    })),
  );
}

function kindOf(at: string, resource: PackagedResource): PolicyDocument['kind'] {
  if (at.endsWith('.AssumeRolePolicyDocument')) return 'trust';
  return resource.Type.startsWith('AWS::IAM::') ? 'identity' : 'resource';
}

function documentsIn(value: unknown, at: string): { at: string; document: unknown }[] {
  if (Array.isArray(value)) return value.flatMap((one, index) => documentsIn(one, `${at}.${index}`));
  if (!isObject(value)) return [];
  if ('Statement' in value) return [{ at, document: value }];
  return Object.entries(value).flatMap(([name, inner]) => documentsIn(inner, `${at}.${name}`));
}

function resolved(value: unknown, template: Packaged): unknown {
  if (Array.isArray(value)) return value.flatMap(possibleValues).map((one) => resolved(one, template));
  if (!isObject(value)) return value;
  const [name = '', ...others] = Object.keys(value);
  if (others.length === 0 && (name === 'Ref' || name.startsWith('Fn::'))) {
    const texts = textsOf(value, template).map(inOneAccount);
    // An expression that is not understood must fail here, and must never be left out silently.
    if (FUNCTIONS.test(name) && texts.every((text) => text !== '' && !text.includes('<')))
      return texts.length === 1 ? texts[0] : texts;
    throw new Error(
      `A policy has ${JSON.stringify(value)}. Teach tests/oracles/policy-documents.ts what becomes of it.`,
    );
  }
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, resolved(inner, template)]));
}

/**
 * A name that CloudFormation generates is written in angle brackets. An attribute whose value is unknown has a dot
 * inside them.
 */
function inOneAccount(text: string): string {
  return text
    .replaceAll('REGION', 'us-east-1')
    .replaceAll('ACCOUNT', '123456789012')
    .replace(/<(\w+)>/g, (_, id: string) => `slipway-${id.toLowerCase()}`);
}
