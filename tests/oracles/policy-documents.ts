/** Every policy of a packaged template as IAM gets it: names and ARNs in the place of CloudFormation's functions. */
import type { Packaged, PackagedResource } from '../repo/packaged-template.ts';
import { isObject, possibleValues } from '../repo/template-values.ts';

export interface PolicyDocument {
  /** `ReconcileIamRoleLambdaExecution.Properties.Policies.0.PolicyDocument` */
  readonly at: string;
  /** What a role may do, who may take the role, or who may use a resource. */
  readonly kind: 'identity' | 'trust' | 'resource';
  readonly document: { readonly Statement: readonly Readonly<Record<string, unknown>>[] };
}

const PSEUDO: Readonly<Record<string, string>> = {
  'AWS::Partition': 'aws',
  'AWS::Region': 'us-east-1',
  'AWS::AccountId': '123456789012',
  'AWS::StackName': 'slipway-dev',
  'AWS::URLSuffix': 'amazonaws.com',
};
/** Parameters that may be empty, in which case nothing that names them is made. */
const PARAMETERS: Readonly<Record<string, string>> = {
  CodeConnectionArn: 'arn:aws:codeconnections:us-east-1:123456789012:connection/0f3a2b1c-1111-2222-3333-444455556666',
  PipelineImageRepository: 'checkout',
};
const OWN = 'us-east-1:123456789012';

/** By type of the resource: its ARN, from its name. CloudFormation's documentation of each type says which it gives. */
const ARNS: Readonly<Record<string, (name: string) => string>> = {
  'AWS::Lambda::Function': (name) => `arn:aws:lambda:${OWN}:function:${name}`,
  'AWS::DSQL::Cluster': (name) => `arn:aws:dsql:${OWN}:cluster/${name}`,
  'AWS::Events::EventBus': (name) => `arn:aws:events:${OWN}:event-bus/${name}`,
  'AWS::S3::Bucket': (name) => `arn:aws:s3:::${name}`,
  'AWS::SQS::Queue': (name) => `arn:aws:sqs:${OWN}:${name}`,
  'AWS::SNS::Topic': (name) => `arn:aws:sns:${OWN}:${name}`,
  // With what lies in it: a log group's own attribute ends so.
  'AWS::Logs::LogGroup': (name) => `arn:aws:logs:${OWN}:log-group:${name}:*`,
  'AWS::CodeBuild::Project': (name) => `arn:aws:codebuild:${OWN}:project/${name}`,
  'AWS::ECR::Repository': (name) => `arn:aws:ecr:${OWN}:repository/${name}`,
  'AWS::KMS::Key': (name) => `arn:aws:kms:${OWN}:key/${name}`,
  'AWS::IAM::Role': (name) => `arn:aws:iam::123456789012:role/${name}`,
  'AWS::StepFunctions::StateMachine': (name) => `arn:aws:states:${OWN}:stateMachine:${name}`,
};
const REF_IS_ARN = /^AWS::(SNS::Topic|StepFunctions::StateMachine)$/;

export function policyDocuments(template: Packaged): PolicyDocument[] {
  return Object.entries(template.Resources).flatMap(([id, { Properties }]) =>
    documentsIn(Properties, `${id}.Properties`).map(({ at, document }) => ({
      at,
      kind: kindOf(at, template.Resources[id]),
      document: resolved(document, template) as PolicyDocument['document'],
    })),
  );
}

function kindOf(at: string, resource: PackagedResource | undefined): PolicyDocument['kind'] {
  if (at.endsWith('.AssumeRolePolicyDocument')) return 'trust';
  return resource?.Type.startsWith('AWS::IAM::') ? 'identity' : 'resource';
}

function documentsIn(value: unknown, at: string): { at: string; document: unknown }[] {
  if (Array.isArray(value)) return value.flatMap((one, index) => documentsIn(one, `${at}.${index}`));
  if (!isObject(value)) return [];
  if ('Statement' in value) return [{ at, document: value }];
  return Object.entries(value).flatMap(([name, inner]) => documentsIn(inner, `${at}.${name}`));
}

/** Throws for a function of CloudFormation that it does not know, so that nothing is left out unseen. */
function resolved(value: unknown, template: Packaged): unknown {
  if (Array.isArray(value)) return value.flatMap(possibleValues).map((one) => resolved(one, template));
  if (!isObject(value)) return value;
  const [name = '', ...others] = Object.keys(value);
  if (others.length === 0 && (name === 'Ref' || name.startsWith('Fn::')))
    return evaluated({ name, inner: value[name] }, template);
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, resolved(inner, template)]));
}

function evaluated({ name, inner }: { readonly name: string; readonly inner: unknown }, template: Packaged): unknown {
  switch (name) {
    case 'Ref':
      return reference(String(inner), template);
    case 'Fn::GetAtt':
      return attribute([inner].flat().join('.'), template);
    case 'Fn::Join': {
      const [between, parts] = inner as [string, unknown[]];
      return parts.map((part) => resolved(part, template)).join(between);
    }
    case 'Fn::Sub': {
      const [text, given = {}] = [inner].flat() as [string, Record<string, unknown>?];
      return text.replace(/\$\{([^}]+)\}/g, (_, part: string) =>
        String(part in given ? resolved(given[part], template) : attribute(part, template)),
      );
    }
    case 'Fn::If':
      return resolved(possibleValues({ [name]: inner }), template);
    default:
      return unknown(name);
  }
}

function reference(name: string, { Resources }: Packaged): unknown {
  const resource = Resources[name];
  if (resource === undefined) return PSEUDO[name] ?? PARAMETERS[name] ?? unknown(`a parameter ${name}`);
  const own = nameOf(resource, name);
  return REF_IS_ARN.test(resource.Type) ? ARNS[resource.Type]?.(own) : own;
}

/** `Queue.Arn`, or a name alone in an Fn::Sub. */
function attribute(path: string, template: Packaged): unknown {
  const [id = '', ...rest] = path.split('.');
  if (rest.length === 0) return reference(id, template);
  const resource = template.Resources[id];
  const arn = ARNS[resource?.Type ?? ''];
  if (resource === undefined || arn === undefined || !/^(Resource)?Arn$/.test(rest.join('.'))) return unknown(path);
  return arn(nameOf(resource, id));
}

function unknown(what: string): never {
  throw new Error(`A policy has ${what}. Teach tests/oracles/policy-documents.ts what becomes of it.`);
}

/** A name that AWS makes up begins with the logical id. */
function nameOf({ Properties = {} }: PackagedResource, id: string): string {
  const names = [
    'FunctionName',
    'QueueName',
    'TopicName',
    'Name',
    'RepositoryName',
    'LogGroupName',
    'BucketName',
    'RoleName',
  ];
  const given = names.map((name) => Properties[name]).find((name) => typeof name === 'string');
  return given === undefined ? `slipway-${id}`.toLowerCase() : String(given);
}
