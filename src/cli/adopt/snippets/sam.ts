/**
 * For a SAM template or a plain CloudFormation template: properties to merge into existing resources, and new
 * resources.
 */
import { createHash } from 'node:crypto';
import { stringify } from 'yaml';
import { MANAGED_TAG } from '../../../domain/lambda/owner-tag.ts';
import type { Adoption } from '../adoption.ts';
import type { Snippet } from '../snippet.ts';
import {
  alarmResources,
  aliasResources,
  partNames,
  type ResourceChange,
  tagsWithManaged,
  triggerChanges,
} from './template-parts.ts';

const FILE = 'slipway-resources.yaml';

export function samSnippet(adoption: Adoption): Snippet | null {
  const { found, alias, isTagged, target } = adoption;
  const isKept = alias !== null && found.sam?.hasFixedSha === true;
  const own = {
    ...(alias === null ? { AutoPublishAlias: target.alias } : {}),
    ...(isKept ? {} : { AutoPublishCodeSha256: fixedSha(adoption) }),
    ...(isTagged ? {} : { Tags: { [MANAGED_TAG]: 'true' } }),
  };
  const resources = {
    ...(Object.keys(own).length === 0 ? {} : { [found.id]: { Properties: own } }),
    ...alarmResources(adoption),
    ...changesToOthers(adoption),
  };
  return merged({ steps: stepsFor(adoption, isKept), resources });
}

/** SAM moves its own events with the alias, so only the resources that the team wrote are left. */
function changesToOthers(adoption: Adoption): Readonly<Record<string, ResourceChange>> {
  const { found, toMove, target, alias } = adoption;
  const isOfSam = (id: string) => id.startsWith(found.id) || /^Serverless(Rest|Http)Api/.test(id);
  // After the transform, SAM's own resources are on the alias already. Before an alias exists, their ids identify them.
  const others = toMove.filter(({ property, id, event }) => {
    if (property === 'Events' || property === 'FunctionUrlConfig') return false;
    return found.sam !== undefined || alias !== null || !(isOfSam(id) || event === 's3');
  });
  return triggerChanges({ ...adoption, toMove: others }, `${found.id}Alias${target.alias}`);
}

/** The 10 hex digits after the logical id of the stack's version. */
function digitsNow({ found }: Pick<Adoption, 'found'>): string | undefined {
  return /Version([0-9a-f]{10})$/.exec(found.versions[0]?.id ?? '')?.[1];
}

/** SAM names the version after this hash, so the version stays as long as the hash stays. */
function fixedSha(adoption: Adoption): string {
  return digitsNow(adoption)?.padEnd(64, '0') ?? createHash('sha256').update(adoption.found.id).digest('hex');
}

function stepsFor({ found, alias }: Adoption, isKept: boolean): string[] {
  const { id, sam } = found;
  const isProvisioned = alias?.provisionedConcurrency === true;
  const ask = `aws cloudformation describe-stack-resources --stack-name STACK --query "StackResources[?ResourceType=='AWS::Lambda::Version'].LogicalResourceId"`;
  return [
    ...(sam?.hasDeploymentPreference === true
      ? [`Under ${id}, take DeploymentPreference out: CodeDeploy must not move the alias.`]
      : []),
    ...(isProvisioned ? [`Under ${id}, take ProvisionedConcurrencyConfig out.`] : []),
    ...(alias !== null && !isKept && digitsNow({ found }) === undefined
      ? [
          `Let AutoPublishCodeSha256 begin with the 10 digits behind ${id}Version in the logical id that the stack has now, so that nothing changes today: ${ask}`,
        ]
      : []),
  ];
}

/** For a template without a transform: the version and the alias are ordinary resources. */
export function templateSnippet(adoption: Adoption): Snippet | null {
  const { alias, found, isTagged } = adoption;
  const resources = {
    ...(isTagged ? {} : { [found.id]: { Properties: { Tags: tagsWithManaged(adoption) } } }),
    ...(alias === null ? aliasResources(adoption) : {}),
    ...alarmResources(adoption),
    ...triggerChanges(adoption, alias?.id ?? partNames(adoption).alias),
  };
  return merged({ steps: [], resources });
}

interface Parts {
  readonly steps: readonly string[];
  readonly resources: Readonly<Record<string, unknown>>;
}

function merged({ steps, resources }: Parts): Snippet | null {
  if (Object.keys(resources).length === 0)
    return steps.length === 0 ? null : { steps, text: null, suggestedFile: FILE };
  const head = '# What Slipway needs of this template. Made by slipway init: merge it into the template, key by key.\n';
  const text = head + stringify({ Resources: resources }, { lineWidth: 0, aliasDuplicateObjects: false });
  return { steps, text, suggestedFile: FILE };
}
