/**
 * Checks the tags of functions before a deployment: IAM refuses Slipway every call to a function without Slipway's tag.
 */

import { MANAGED_TAG, OWNER_TAG, ownerProblem } from '../lambda/owner-tag.ts';
import type { ServiceSpec } from '../service/service-spec.ts';
import { onAlias, targetName } from '../service/target.ts';
import { error, type Finding } from './finding.ts';

export interface TagFacts {
  readonly spec: ServiceSpec;
  /** The value of the function's tag `slipway:service`; null or left out when the function does not have the tag. */
  readonly ownerTag?: string | null | undefined;
  /**
   * False when the function lacks the tag `slipway:managed`. Left out when the function has the tag, or when Slipway
   * does not know.
   */
  readonly isTagged?: boolean | undefined;
  /** Functions that the service calls as hooks and that lack the tag `slipway:managed`. */
  readonly untaggedHooks?: readonly string[] | undefined;
  /**
   * The calls that IAM refused to Slipway, in the words of each refusal. IAM would refuse them to the deployment as
   * well.
   */
  readonly denied?: readonly string[] | undefined;
}

export function tagFindings(facts: TagFacts): Finding[] {
  const { spec, untaggedHooks = [], denied = [] } = facts;
  const subject = targetName(spec.target);
  return [
    ...managedFindings(facts),
    ...ownerFindings(facts),
    ...untaggedHooks.map((name) =>
      error('hookIsTagged', { subject: name, detail: untagged(name, 'call it as a hook') }),
    ),
    ...denied.map((detail) => error('mayBeRead', { subject, detail })),
  ];
}

function managedFindings({ spec, isTagged = true }: TagFacts): Finding[] {
  const target = onAlias(spec.target);
  if (isTagged || target === null) return [];
  return [error('targetTagged', { subject: targetName(target), detail: untagged(target.function, 'deploy to it') })];
}

/** The command looks up the account and the region itself, because a tag belongs to an ARN and not to a name. */
function untagged(name: string, what: string): string {
  const arn = `"$(aws lambda get-function-configuration --function-name ${name} --query FunctionArn --output text)"`;
  const fact = `Function ${name} does not have the tag ${MANAGED_TAG} = true, so IAM does not let Slipway ${what}.`;
  return `${fact} Set it: aws lambda tag-resource --resource ${arn} --tags ${MANAGED_TAG}=true; and in the template of the function, so that it stays.`;
}

function ownerFindings({ spec, ownerTag = null }: TagFacts): Finding[] {
  const { name } = spec;
  const target = onAlias(spec.target);
  const problem = ownerProblem(ownerTag, name);
  if (problem === null || target === null) return [];
  const fact = `The tag ${OWNER_TAG} of function ${target.function} ${problem}, so ${name} may not deploy to it.`;
  const way = `Correct the target of ${name}, or have the owner of the function add ${name} to its tag.`;
  return [error('targetIsOwn', { subject: targetName(target), detail: `${fact} ${way}` })];
}
