/**
 * A sentence for each thing that a function needs before Slipway can deploy to it. The thing is right, is missing, or a
 * person has to check it.
 */

import { MANAGED_TAG } from '../../domain/lambda/owner-tag.ts';
import { HTTP_SAMPLES, type Sample } from '../../domain/service/event-source.ts';
import type { AdoptionFacts, Point } from './adoption-facts.ts';
import { type FoundTrigger, LATEST, type Tool } from './found-function.ts';

const right = (text: string): Point => ({ state: 'right', text });
const missing = (text: string): Point => ({ state: 'missing', text });
const look = (text: string): Point => ({ state: 'look', text });

export function functionPoints(facts: AdoptionFacts): Point[] {
  return [
    ...namePoints(facts),
    ...aliasPoints(facts),
    ...publishPoints(facts),
    ...triggerPoints(facts),
    ...tagPoints(facts),
    ...alarmPoints(facts),
    ...runtimePoints(facts),
  ];
}

const NAME_FROM: Readonly<Record<Tool, string>> = {
  serverless: 'CloudFormation chooses the name of',
  sam: 'CloudFormation chooses the name of',
  cdk: 'CloudFormation chooses the name of',
  cloudformation: 'CloudFormation chooses the name of',
  terraform: 'Terraform does not know yet the name of',
  aws: 'AWS does not say the name of',
};

function namePoints({ found, isNameKnown }: AdoptionFacts): Point[] {
  if (isNameKnown) return [];
  const read =
    found.tool === 'terraform'
      ? 'After terraform apply, run terraform show -json again'
      : `Read it with aws cloudformation describe-stack-resource --stack-name STACK --logical-resource-id ${found.id} --query StackResourceDetail.PhysicalResourceId`;
  return [look(`${NAME_FROM[found.tool]} ${found.id}. ${read}, and give it as --function-name NAME.`)];
}

function aliasPoints({ found, alias, target }: AdoptionFacts): Point[] {
  if (alias === null) {
    return [
      missing(
        `There is no alias ${target.alias}, so nothing could split the calls. Make it once, and leave it to Slipway.`,
      ),
    ];
  }
  const points: Point[] = [];
  if (alias.movedBecause !== null) {
    const fact = `The alias ${alias.name} ${alias.movedBecause}, which takes a canary off in mid-rollout.`;
    points.push(missing(`${fact} ${stopMoving(found.tool)}`));
  } else if (alias.mayMove === true) {
    points.push(look(`The alias ${alias.name} is there. ${looksLike(found.tool)}`));
  } else {
    const kept = found.tool === 'aws' ? 'on a version' : 'and the tool leaves it alone';
    points.push(right(`The alias ${alias.name} is there, ${kept}.`));
  }
  if (alias.losesVersions) {
    const fact = `The version behind the alias ${alias.name} is deleted when the next one comes, so there would be nothing to go back to.`;
    points.push(missing(`${fact} Keep it: RemovalPolicy.RETAIN, or DeletionPolicy: Retain.`));
  }
  if (alias.provisionedConcurrency) {
    const fact = `The alias ${alias.name} has provisioned concurrency, and AWS does not let such an alias split its calls.`;
    points.push(missing(`${fact} Take it off the alias.`));
  }
  return points;
}

function stopMoving(tool: Tool): string {
  switch (tool) {
    case 'sam':
      return 'Set AutoPublishCodeSha256 to one value for ever, and take DeploymentPreference out.';
    case 'cdk':
      return 'Point it once at a version of its own (FirstVersion) and not at currentVersion; no LambdaDeploymentGroup.';
    case 'serverless':
    case 'cloudformation':
      return 'Point it once at a version that the template keeps; no CodeDeploy.';
    case 'terraform':
      return 'Set publish = true, and ignore changes of function_version and routing_config.';
    case 'aws':
      return 'Publish the code, and point the alias at the version.';
  }
}

function looksLike(tool: Tool): string {
  return tool === 'terraform'
    ? 'Its lifecycle needs ignore_changes = [function_version, routing_config], which this output does not show: look into the code.'
    : 'The function needs an AutoPublishCodeSha256 that never changes, which a transformed template does not show: run this on the template before its transform.';
}

function publishPoints({ publishes }: AdoptionFacts): Point[] {
  if (!publishes) return [];
  const fact =
    'Every deployment of the stack publishes a version, and fails with "Version already exists" when Slipway has published the same code.';
  return [missing(`${fact} Set provider.versionFunctions: false, so that only Slipway publishes.`)];
}

export interface CallFacts extends Pick<AdoptionFacts, 'target' | 'toMove'> {
  readonly found: Pick<AdoptionFacts['found'], 'triggers'>;
}

/** The triggers that call the alias, and those that call past it. */
export function triggerPoints({ found, target, toMove }: CallFacts): Point[] {
  const calling = found.triggers.filter(({ kind }) => kind === 'call');
  const onAlias = calling.filter(({ calls }) => calls.every((call) => call === target.alias));
  const permissions = toMove.filter(({ kind }) => kind === 'permission');
  const points: Point[] = [];
  if (onAlias.length > 0) points.push(right(`On the alias: ${listed(onAlias)}.`));
  for (const trigger of toMove)
    if (trigger.kind !== 'permission') points.push(missing(pastAlias(trigger, target.alias)));
  if (permissions.length > 0) points.push(missing(permissionsInWords(permissions, target.alias)));
  for (const trigger of calling.filter((one) => !toMove.includes(one))) {
    const [other] = trigger.calls.filter((call) => call !== target.alias && call !== LATEST);
    if (other !== undefined) points.push(missing(elsewhere(trigger, { other, alias: target.alias })));
  }
  if (calling.length === 0) {
    const where = `${target.function}:${target.alias}`;
    points.push(
      look(
        `Nothing in this output calls the function. Its callers have to call ${where}; a call of ${target.function} alone gets new code at once.`,
      ),
    );
  }
  return points;
}

function pastAlias({ noun, id, kind, caution }: FoundTrigger, alias: string): string {
  if (kind === 'asyncSettings')
    return `The settings of asynchronous calls ${id} hold for $LATEST alone. Make them for ${alias}.`;
  const next = caution === undefined ? '' : ` ${caution}`;
  return `The ${noun} ${id} calls past the alias, so it gets new code before the first step and keeps it after a rollback. Point it to ${alias}.${next}`;
}

function permissionsInWords(permissions: readonly FoundTrigger[], alias: string): string {
  const ids = permissions.map(({ id }) => id).join(', ');
  return permissions.length === 1
    ? `The permission ${ids} is for the function and not for the alias. Give it for ${alias}.`
    : `These permissions are for the function and not for the alias: ${ids}. Give them for ${alias}.`;
}

function elsewhere(
  { noun, id }: FoundTrigger,
  { other, alias }: { readonly other: string; readonly alias: string },
): string {
  return `The ${noun} ${id} calls ${other}, which no rollout of ${alias} changes. Point it to ${alias}, or register that alias as a service of its own.`;
}

function listed(triggers: readonly FoundTrigger[]): string {
  return triggers.map(({ noun, id }) => `${noun} ${id}`).join(', ');
}

function tagPoints({ isTagged, found }: AdoptionFacts): Point[] {
  if (isTagged) return [right(`The tag ${MANAGED_TAG}: "true" is there.`)];
  const value = found.tags[MANAGED_TAG];
  const fact = value === undefined ? `The tag ${MANAGED_TAG} is not there` : `The tag ${MANAGED_TAG} is "${value}"`;
  return [missing(`${fact}, so IAM does not let Slipway near the function. Set it to "true".`)];
}

function alarmPoints({ found, alarm, target }: AdoptionFacts): Point[] {
  const alias = `${target.function}:${target.alias}`;
  if (alarm.isThere) return [right(`The alarm ${alarm.name} watches ${alias}.`)];
  if (found.alarms.length === 0) {
    return [
      missing(
        `No alarm watches the function, so nothing would take a bad version back. Make ${alarm.name}, with the dimensions FunctionName and Resource = ${alias}.`,
      ),
    ];
  }
  const names = found.alarms.map(({ name }) => name).join(', ');
  return [
    missing(`${names} does not look at the alias alone (dimension Resource = ${alias}). Make ${alarm.name} beside it.`),
  ];
}

function runtimePoints({ found }: AdoptionFacts): Point[] {
  const { runtime, isImage, triggers } = found;
  const points: Point[] = [];
  if (isImage) {
    points.push(
      look(
        'The function is an image: deploy it by digest, {"artifact": {"image": "...@sha256:..."}}, and give its repository the tag too. npm start cannot run it.',
      ),
    );
  } else if (runtime !== null && !runtime.startsWith('nodejs')) {
    points.push(
      look(
        `The runtime is ${runtime}. Everything works in AWS; npm start runs Node.js alone, so this service has no rehearsal there.`,
      ),
    );
  }
  if (triggers.some(({ event }) => event !== null && isHttp(event))) {
    points.push(
      look(
        'An answer with status 500 is no error to Lambda. Wrap the handler, so that such answers are counted and the alarm sees them: examples/adopt/wrappers.',
      ),
    );
  }
  return points;
}

export function isHttp(event: Sample): boolean {
  return HTTP_SAMPLES.some((sample) => sample === event);
}
