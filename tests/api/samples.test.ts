import * as z from 'zod/mini';
import { type ContractName, contracts } from '../../src/api/all-contracts.ts';
import { answers } from '../../src/api/answers.ts';
import { descriptions } from '../../src/api/descriptions.ts';
import { readFields } from '../../src/api/fields/read-fields.ts';
import { openapiDocument } from '../../src/api/openapi.ts';
import type { Contract } from '../../src/api/route/contract.ts';
import { sampleAnswers } from '../../src/api/sample-answers.ts';
import { sampleRequests } from '../../src/api/sample-requests.ts';
import { ProblemView } from '../../src/api/views/views.ts';

const all = Object.values(contracts) as readonly (Contract & { readonly name: ContractName })[];
const document = openapiDocument({ version: '1' });

interface Operation {
  readonly responses: Record<string, { readonly content?: Record<string, { readonly example?: unknown }> }>;
  readonly description: string;
  readonly parameters?: readonly { readonly in: string; readonly name: string; readonly example?: unknown }[];
  readonly requestBody?: {
    readonly content: Record<string, { readonly examples: Record<string, { readonly value: unknown }> }>;
  };
}
const operationOf = ({ path, method }: Contract) => Object(document.paths?.[path])[method.toLowerCase()] as Operation;

const bodies = all.flatMap((contract) =>
  Object.entries(sampleRequests[contract.name].bodies ?? {}).map(([key, { body }]) => ({ contract, key, body })),
);
const shown = all.flatMap(({ name }) =>
  Object.entries(sampleAnswers[name]).map(([status, body]) => ({ name, status: Number(status), body })),
);

test.each(all)('$name has a description of what it does, and one sample for each input', (contract) => {
  const operation = operationOf(contract);
  expect(operation.description).toMatch(/^[A-Z][\s\S]{30,}\.\n\n(Needs the role \w+|Open to everybody)\.$/);
  expect(descriptions[contract.name]).not.toBe(contract.summary);
  const parameters = (operation.parameters ?? []).filter((parameter) => parameter.in === 'path');
  for (const { name, example } of parameters) expect({ name, example }).toEqual({ name, example: expect.any(String) });
  const samples = Object.values(operation.requestBody?.content['application/json']?.examples ?? {});
  expect(samples.length > 0).toBe(contract.body !== undefined);
});

test.each(bodies)('the sample $key of $contract.name is a valid request', ({ contract, body }) => {
  const { body: schema, problems, params } = contract;
  expect(readFields(schema as z.ZodMiniType, body)).toMatchObject({ ok: true });
  const { parameters = {} } = sampleRequests[contract.name];
  if (params !== undefined) expect(readFields(params, parameters)).toMatchObject({ ok: true });
  expect(problems?.({ ...parameters, spec: body } as never) ?? []).toEqual([]);
});

test('the samples of parameters are valid, and no other parameter has one', () => {
  for (const { name, params, query } of all) {
    const shape = {
      ...(params as z.ZodMiniObject | undefined)?.shape,
      ...(query as z.ZodMiniObject | undefined)?.shape,
    };
    const { parameters = {} } = sampleRequests[name];
    expect(Object.keys(shape)).toEqual(expect.arrayContaining(Object.keys(parameters)));
    expect(readFields(z.partial(z.object(shape)), parameters)).toMatchObject({ ok: true });
  }
});

test('no sample switches a guard off', () => {
  const text = JSON.stringify(bodies.map(({ body }) => body));
  for (const guard of ['hotfix', 'supersede', 'takeFrom']) expect(text).not.toContain(guard);
});

test.each(shown)('the sample answer $status of $name is an answer of its schema', ({ name, status, body }) => {
  const good = answers[name].good as Readonly<Record<number, { readonly schema?: z.ZodMiniType }>>;
  expect(good).toHaveProperty(String(status));
  expect(good[status]?.schema?.safeParse(body).error?.issues ?? []).toEqual([]);
});

test('each successful answer with a schema has a sample, except the OpenAPI document itself', () => {
  const missing = all.flatMap(({ name }) => {
    const good = answers[name].good as Readonly<Record<string, { readonly schema?: z.ZodMiniType }>>;
    return Object.keys(good)
      .filter((status) => good[status]?.schema && !(status in sampleAnswers[name]))
      .map(() => name);
  });
  expect(missing).toEqual(['readOpenapi']);
});

test('each problem has a sample of its schema', () => {
  for (const contract of all) {
    const problems = Object.entries(operationOf(contract).responses).filter(([status]) => /^[45]/.test(status));
    for (const [status, { content }] of problems.filter(([status]) => status !== '429')) {
      const { example } = content?.['application/problem+json'] ?? {};
      expect({ status, issues: ProblemView.safeParse(example).error?.issues }).toEqual({ status, issues: undefined });
    }
  }
});
