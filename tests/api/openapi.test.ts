import { Validator } from '@seriousme/openapi-schema-validator';
import { contracts } from '../../src/api/all-contracts.ts';
import { openapiDocument } from '../../src/api/openapi.ts';

const document = openapiDocument({ version: '1.2.3' });

test('the document is valid OpenAPI 3.1', async () => {
  expect(await new Validator().validate(JSON.parse(JSON.stringify(document)))).toEqual({ valid: true });
});

test('every route is in the document under its name', () => {
  const named = Object.values(document.paths ?? {}).flatMap((path) =>
    Object.values(path as object).map(({ operationId }: { operationId: string }) => operationId),
  );
  expect(named.sort()).toEqual(Object.keys(contracts).sort());
});

test('each route lists its inputs and its answers', () => {
  const deploy = document.paths?.['/deploy']?.post;
  expect(deploy?.parameters).toEqual([expect.objectContaining({ in: 'header', name: 'Idempotency-Key' })]);
  expect(Object.keys(deploy?.responses ?? {})).toEqual([
    '200',
    '202',
    '400',
    '401',
    '403',
    '404',
    '409',
    '413',
    '415',
    '422',
    '429',
    '500',
    '503',
  ]);
  expect(document.paths?.['/deployments']?.get?.parameters).toContainEqual(
    expect.objectContaining({
      in: 'query',
      name: 'limit',
      schema: expect.objectContaining({ default: 20, maximum: 100 }),
    }),
  );
});
