/**
 * For a CDK app in TypeScript: lines after the function's construct, and the constructs that take the alias instead.
 */
import { MANAGED_TAG } from '../../../domain/lambda/owner-tag.ts';
import type { Adoption } from '../adoption.ts';
import { alarmProperties } from '../alarm-parts.ts';
import type { Snippet } from '../snippet.ts';

export function cdkSnippet(adoption: Adoption): Snippet | null {
  const { found, alias, isTagged, alarm } = adoption;
  const needsAlias = alias === null || alias.movedBecause !== null;
  const lines = [
    ...(isTagged ? [] : [`Tags.of(fn).add('${MANAGED_TAG}', 'true');`]),
    ...(needsAlias ? aliasLines(adoption) : []),
    ...(alarm.isThere ? [] : alarmLines(adoption)),
    ...moveLines(adoption),
  ];
  if (lines.length === 0) return null;
  const head = [
    `// What Slipway needs of ${found.names[0]}. Made by slipway init: put it behind the construct of the function, here fn.`,
    ...imports(adoption, needsAlias),
  ];
  return { steps: steps(adoption), text: `${[...head, ...lines].join('\n')}\n`, suggestedFile: 'slipway-lines.ts' };
}

function imports({ isTagged, alarm }: Adoption, needsAlias: boolean): string[] {
  const core = [...(needsAlias ? ['RemovalPolicy'] : []), ...(isTagged ? [] : ['Tags'])];
  return [
    ...(core.length === 0 ? [] : [`import { ${core.join(', ')} } from 'aws-cdk-lib';`]),
    ...(alarm.isThere ? [] : ["import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';"]),
    ...(needsAlias ? ["import * as lambda from 'aws-cdk-lib/aws-lambda';"] : []),
  ];
}

function stem({ found }: Adoption): string {
  const [name = found.id] = found.names;
  return name.replace(/^.*\//, '').replace(/[^A-Za-z0-9]/g, '');
}

/**
 * Not currentVersion: its logical id changes with the code, which would move the alias and delete the version before.
 */
function aliasLines(adoption: Adoption): string[] {
  const { alias, target } = adoption;
  const name = stem(adoption);
  const first = `const first = new lambda.Version(this, '${name}FirstVersion', { lambda: fn, removalPolicy: RemovalPolicy.RETAIN });`;
  const live = `const live = new lambda.Alias(this, '${name}Live', { aliasName: '${target.alias}', version: first });`;
  return alias === null ? [first, live] : [first, `// Give first as the version of the alias ${alias.id}.`];
}

/** Uses the low-level CloudFormation construct, because Slipway compares exactly its properties. */
function alarmLines(adoption: Adoption): string[] {
  const { alarm, target } = adoption;
  const named = (dimension: string) => (dimension === 'FunctionName' ? '<name>' : '<alias>');
  const properties = camelCased(alarmProperties({ name: alarm.name, target, named }));
  const text = JSON.stringify(properties, null, 2)
    .replace(/"(\w+)":/g, '$1:')
    .replaceAll('"<name>"', 'fn.functionName')
    .replaceAll('"<alias>"', `\`\${fn.functionName}:${target.alias}\``);
  return `new cloudwatch.CfnAlarm(this, '${stem(adoption)}Errors', ${text});`.split('\n');
}

function camelCased(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(camelCased);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).map(([key, item]) => [
    key.slice(0, 1).toLowerCase() + key.slice(1),
    camelCased(item),
  ]);
  return Object.fromEntries(entries);
}

function moveLines({ toMove, alias }: Adoption): string[] {
  const calls = toMove.filter(({ kind }) => kind !== 'permission');
  if (calls.length === 0) return [];
  const name = alias === null ? '`live`' : `the alias ${alias.id}`;
  const lines = new Set(calls.map(({ id, noun }) => `//   the ${noun} ${id}`));
  return [`// Give ${name} instead of \`fn\` to what makes each of these. Permissions follow by themselves.`, ...lines];
}

function steps({ alias }: Adoption): string[] {
  if (alias === null || alias.movedBecause === null) return [];
  return [
    'First deploy with currentVersionOptions: { removalPolicy: RemovalPolicy.RETAIN } on the function, so that the version which is live stays.',
    'Then, in one deployment, point the alias at first, change the description of the function, and take a LambdaDeploymentGroup out.',
  ];
}
