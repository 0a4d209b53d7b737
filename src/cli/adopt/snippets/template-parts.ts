/**
 * The resources that a CloudFormation template lacks, and the properties of existing resources with the alias in place
 * of the function.
 */
import { MANAGED_TAG } from '../../../domain/lambda/owner-tag.ts';
import type { Adoption } from '../adoption.ts';
import { alarmProperties } from '../alarm-parts.ts';
import type { FoundTrigger } from '../found-function.ts';
import { fieldsOf, listOf } from '../intrinsic-values.ts';
import { type Named, propertyOnAlias } from '../references.ts';

/** Attributes to set on an existing resource; each property is replaced whole. */
export interface ResourceChange {
  readonly Properties: Readonly<Record<string, unknown>>;
  readonly DependsOn?: readonly string[];
}

export interface PartNames {
  readonly version: string;
  readonly alias: string;
  readonly alarm: string;
}

/** Logical ids that the template does not use yet. */
export function partNames({ found, target }: Adoption): PartNames {
  const stem = found.id.replace(/LambdaFunction$/, '').replace(/[^A-Za-z0-9]/g, '');
  const words = target.alias
    .split(/[^A-Za-z0-9]+/)
    .map((word) => word.slice(0, 1).toUpperCase() + word.slice(1))
    .join('');
  const free = (id: string): string => (found.usedIds.includes(id) ? free(`${id}Slipway`) : id);
  return { version: free(`${stem}FirstVersion`), alias: free(`${stem}${words}`), alarm: free(`${stem}Errors`) };
}

export function aliasResources(adoption: Adoption): Record<string, unknown> {
  const { found, target } = adoption;
  const { version, alias } = partNames(adoption);
  return {
    [version]: {
      Type: 'AWS::Lambda::Version',
      DeletionPolicy: 'Retain',
      UpdateReplacePolicy: 'Retain',
      Properties: { FunctionName: { Ref: found.id } },
    },
    [alias]: {
      Type: 'AWS::Lambda::Alias',
      Properties: {
        Name: target.alias,
        FunctionName: { Ref: found.id },
        FunctionVersion: { 'Fn::GetAtt': [version, 'Version'] },
      },
    },
  };
}

export function alarmResources(adoption: Adoption): Record<string, unknown> {
  const { found, target, alarm } = adoption;
  if (alarm.isThere) return {};
  return {
    [partNames(adoption).alarm]: {
      Type: 'AWS::CloudWatch::Alarm',
      Properties: alarmProperties({
        name: alarm.name,
        target,
        named: (dimension) =>
          dimension === 'FunctionName' ? { Ref: found.id } : { 'Fn::Sub': `\${${found.id}}:${target.alias}` },
      }),
    },
  };
}

/** `aliasId` is the logical id of the alias, which the snippet makes or the template has. */
export function triggerChanges(adoption: Adoption, aliasId: string): Record<string, ResourceChange> {
  const changes: Record<string, ResourceChange> = {};
  for (const trigger of adoption.toMove) {
    const change = changeOf(trigger, { adoption, aliasId });
    changes[trigger.id] = { ...change, Properties: { ...changes[trigger.id]?.Properties, ...change.Properties } };
  }
  return changes;
}

function changeOf(
  { kind, property, value }: FoundTrigger,
  { adoption, aliasId }: { readonly adoption: Adoption; readonly aliasId: string },
): ResourceChange {
  const { found, target } = adoption;
  // These settings name the function and its qualifier separately, so only DependsOn makes them wait for the alias.
  if (kind === 'asyncSettings') return { Properties: { Qualifier: target.alias }, DependsOn: [aliasId] };
  const others = found.aliases.filter(({ id }) => id !== aliasId).map(({ id, name }) => [id, name] as const);
  const named: Named = { id: found.id, functionName: found.functionName, aliases: new Map(others), versions: [] };
  return {
    Properties: {
      [property]: propertyOnAlias([property, value], { named, alias: { id: aliasId, name: target.alias } }),
    },
  };
}

/** The function's own list of tags, with the missing tag added. */
export function tagsWithManaged({ found }: Adoption): unknown[] {
  const others = listOf(found.properties.Tags).filter((tag) => fieldsOf(tag).Key !== MANAGED_TAG);
  return [...others, { Key: MANAGED_TAG, Value: 'true' }];
}
