import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { promisify } from 'node:util';
import { type Block, type Hcl, parseHcl, resourcesOf } from './hcl.ts';

const folder = new URL('../../examples/adopt/terraform/', import.meta.url).pathname;

let example: Hcl;
beforeAll(async () => {
  example = await parseHcl(readFileSync(`${folder}main.tf`, 'utf8'));
});

/**
 * Resources that name a function and send no call to it. A permission is in this list only while it also names the
 * alias.
 */
const NO_CALLER = new Set(['aws_lambda_function', 'aws_lambda_alias', 'aws_cloudwatch_metric_alarm', 'aws_iam_role']);

function callersPastTheAlias({ resource = [] }: Hcl): string[] {
  return resource.flatMap((block) =>
    Object.entries(block).flatMap(([type, named]) =>
      Object.entries(named)
        .filter(([, attributes]) => !NO_CALLER.has(type) && !namesAnAlias(attributes))
        .filter(([, attributes]) => JSON.stringify(attributes).includes('aws_lambda_function.'))
        .map(([name]) => `${type}.${name}`),
    ),
  );
}

function namesAnAlias({ qualifier }: Block): boolean {
  return typeof qualifier === 'string' && qualifier.startsWith('${aws_lambda_alias.');
}

test('Terraform reads the example, and finds it formatted', async () => {
  const ran = promisify(execFile)('terraform', ['fmt', '-check', '-diff', folder]);
  await expect(ran).resolves.toMatchObject({ stdout: '' });
});

test('every trigger of the Terraform example calls the alias', () => {
  expect(callersPastTheAlias(example)).toEqual([]);
  const [integration] = Object.values(resourcesOf(example, 'aws_apigatewayv2_integration'));
  // biome-ignore lint/suspicious/noTemplateCurlyInString: Terraform fills it in
  expect(integration?.integration_uri).toBe('${aws_lambda_alias.live.invoke_arn}');
});

test('a trigger on the function itself is reported', async () => {
  const text = readFileSync(`${folder}main.tf`, 'utf8')
    .replace('aws_lambda_alias.live.invoke_arn', 'aws_lambda_function.api.invoke_arn')
    .replace(/^ *qualifier .*\n/m, '');
  expect(callersPastTheAlias(await parseHcl(text))).toEqual([
    'aws_apigatewayv2_integration.api',
    'aws_lambda_permission.api',
  ]);
});

test('Terraform never changes the two parts of the alias that Slipway moves', () => {
  for (const alias of Object.values(resourcesOf(example, 'aws_lambda_alias'))) {
    expect(alias.lifecycle).toEqual([{ ignore_changes: ['function_version', 'routing_config'] }]);
  }
});

test('the alias of the Terraform example starts on a published version, and the function has the tag', () => {
  expect(resourcesOf(example, 'aws_lambda_function').api).toMatchObject({
    publish: true,
    tags: { 'slipway:managed': 'true' },
  });
});

test('the alarm of the Terraform example counts only the calls of the alias', () => {
  const [alarm] = Object.values(resourcesOf(example, 'aws_cloudwatch_metric_alarm'));
  expect(alarm?.dimensions).toEqual({
    // biome-ignore lint/suspicious/noTemplateCurlyInString: Terraform fills it in
    FunctionName: '${aws_lambda_function.api.function_name}',
    // biome-ignore lint/suspicious/noTemplateCurlyInString: Terraform fills it in
    Resource: '${aws_lambda_function.api.function_name}:live',
  });
});
