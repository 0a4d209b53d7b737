/** Checks that every name that the template uses exists, and that what one part sends to another arrives. */
import type { Packaged } from './packaged-template.ts';
import { isObject, madeFrom, type Reference, referencesIn, resourcesOf, valuesAt } from './template-values.ts';

/** The attributes of Fn::GetAtt by type. cfn-lint knows all types, and checks those that are not in this list. */
const ATTRIBUTES: Readonly<Record<string, RegExp>> = {
  'AWS::Lambda::Function': /^(Arn|SnapStartResponse(\.\w+)?)$/,
  'AWS::Lambda::Version': /^(FunctionArn|Version)$/,
  'AWS::IAM::Role': /^(Arn|RoleId)$/,
  'AWS::SQS::Queue': /^(Arn|QueueName|QueueUrl)$/,
  'AWS::SNS::Topic': /^(TopicArn|TopicName)$/,
  'AWS::Logs::LogGroup': /^Arn$/,
  'AWS::StepFunctions::StateMachine': /^(Arn|Name|StateMachineRevisionId)$/,
  'AWS::CodeBuild::Project': /^(Arn)$/,
  'AWS::Events::EventBus': /^(Arn|Name|Policy)$/,
  'AWS::KMS::Key': /^(Arn|KeyId)$/,
};

export function namesResolve(template: Packaged): string[] {
  return [...referencesOf(template), ...dependenciesOf(template)].flatMap((reference) =>
    unresolved(reference, template),
  );
}

function unresolved({ at, to, attribute }: Reference, { Resources, Parameters = {} }: Packaged): string[] {
  const type = Resources[to]?.Type;
  if (type === undefined) {
    if (to in Parameters && attribute === undefined) return [];
    return [`${at}: there is no resource ${to}. Correct the name, or add it.`];
  }
  if (attribute === undefined) return [];
  const known = ATTRIBUTES[type]?.test(attribute) ?? attribute !== '';
  return known ? [] : [`${at}: ${to}, an ${type}, has no attribute ${attribute || '(none named)'}. Correct it.`];
}

/** Checks each condition that a resource, an output, an Fn::If or another condition names. */
export function conditionsResolve({ Resources, Outputs = {}, Conditions = {} }: Packaged): string[] {
  return conditionsIn({ Resources, Outputs, Conditions }, 'template')
    .filter(({ to }) => !(to in Conditions))
    .map(({ at, to }) => `${at}: there is no condition ${to}. Correct the name, or add it.`);
}

function conditionsIn(value: unknown, at: string): Reference[] {
  if (Array.isArray(value)) return value.flatMap((one, index) => conditionsIn(one, `${at}.${index}`));
  if (!isObject(value)) return [];
  return Object.entries(value).flatMap(([name, inner]) => {
    // The Condition of a statement is an object, and not a name.
    const named = name === 'Condition' ? inner : name === 'Fn::If' && Array.isArray(inner) ? inner[0] : undefined;
    return [
      ...(typeof named === 'string' ? [{ at: `${at}.${name}`, to: named }] : []),
      ...conditionsIn(inner, `${at}.${name}`),
    ];
  });
}

/**
 * CloudWatch may not use the key that AWS keeps for SNS. A topic with this key gets no message of an alarm, and no
 * error is reported.
 */
export function alarmsReachTheirTopics(template: Packaged): string[] {
  return resourcesOf(template, /^AWS::CloudWatch::(Alarm|CompositeAlarm)$/).flatMap(([id, alarm]) =>
    ['AlarmActions', 'OKActions'].flatMap((property) =>
      madeFrom(valuesAt(alarm, 'Properties', property))
        .filter((topic) =>
          valuesAt(template.Resources[topic], 'Properties', 'KmsMasterKeyId').includes('alias/aws/sns'),
        )
        .map(
          (topic) => `${id}: CloudWatch cannot tell ${topic}, which has AWS's own key. Give it another key, or none.`,
        ),
    ),
  );
}

function referencesOf({ Resources, Outputs = {} }: Packaged): Reference[] {
  return referencesIn({ Resources, Outputs }, '').map((reference) => ({ ...reference, at: reference.at.slice(1) }));
}

function dependenciesOf({ Resources }: Packaged): Reference[] {
  return Object.entries(Resources).flatMap(([id, { DependsOn = [] }]) =>
    [DependsOn].flat().map((to) => ({ at: `Resources.${id}.DependsOn`, to })),
  );
}
