/** Makes the OpenAPI 3.1 document from the contracts. */
import * as z from 'zod/mini';
import { createDocument, type ZodOpenApiOperationObject, type ZodOpenApiPathsObject } from 'zod-openapi';
import { type ContractName, contracts } from './all-contracts.ts';
import { answers } from './answers.ts';
import type { Contract } from './route/contract.ts';
import { PROBLEM_JSON } from './route/problem.ts';
import { ProblemView } from './views/views.ts';

const IdempotencyKey = z.object({
  'Idempotency-Key': z.optional(
    z
      .string()
      .check(
        z.minLength(1),
        z.maxLength(255),
        z.describe('The same key with the same request gets the same answer, and is done once. Kept for a day.'),
      ),
  ),
});

const PROBLEMS: Readonly<Record<number, string>> = {
  400: 'The request cannot be read',
  401: 'The token is missing or worth nothing; the detail says why',
  403: 'The caller does not have the role that this needs',
  404: 'There is no such thing',
  409: 'Something is in the way',
  413: 'The body is too large',
  415: 'The body is not application/json',
  422: 'Fields are wrong, or the preflight found errors',
  500: 'It broke; the log says why, under the id',
  503: 'Something behind it is away for the moment',
};

export function openapiDocument({ version }: { version: string }) {
  const paths: Record<string, Record<string, ZodOpenApiOperationObject>> = {};
  for (const contract of Object.values(contracts) as readonly (Contract & { name: ContractName })[]) {
    paths[contract.path] = { ...paths[contract.path], [contract.method.toLowerCase()]: operation(contract) };
  }
  return createDocument({
    openapi: '3.1.0',
    info: {
      title: 'Slipway',
      version,
      description: 'Deploys by canary, rolls back, and takes a bad version back when its alarm turns red.',
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    servers: [{ url: '/' }],
    security: [{ bearer: [] }],
    components: {
      securitySchemes: {
        bearer: {
          type: 'http',
          scheme: 'bearer',
          bearerFormat: 'JWT',
          description: 'From a trusted OpenID Connect issuer, or made by `slipway token create`.',
        },
      },
    },
    tags: [{ name: 'deployments' }, { name: 'services' }, { name: 'system' }],
    paths: paths as ZodOpenApiPathsObject,
  });
}

function operation(contract: Contract & { name: ContractName }): ZodOpenApiOperationObject {
  const { name, method, summary, params, query, body, needs } = contract;
  const header = method === 'POST' ? { header: IdempotencyKey } : {};
  return {
    operationId: name,
    summary,
    ...(needs === 'nobody' ? { security: [] } : { description: `Needs the role ${needs}.` }),
    tags: [tagOf(contract)],
    requestParams: { ...(params && { path: params }), ...(query && { query }), ...header },
    ...(body && { requestBody: { required: true, content: { 'application/json': { schema: body } } } }),
    responses: { ...goodAnswers(name), ...problemAnswers(contract) },
  };
}

function goodAnswers(name: ContractName): ZodOpenApiOperationObject['responses'] {
  const good: Readonly<Record<string, { is: string; schema?: z.ZodMiniType }>> = answers[name].good;
  const entries = Object.entries(good).map(([status, { is, schema }]) => [
    status,
    { description: is, ...(schema && { content: { 'application/json': { schema } } }) },
  ]);
  return Object.fromEntries(entries);
}

function problemAnswers(contract: Contract & { name: ContractName }): ZodOpenApiOperationObject['responses'] {
  const content = { [PROBLEM_JSON]: { schema: ProblemView } };
  const statuses = new Set([...readingProblems(contract), ...answers[contract.name].problems]);
  return Object.fromEntries(
    [...statuses].map((status) => [String(status), { description: PROBLEMS[status] ?? 'A problem', content }]),
  );
}

/**
 * The statuses of refusals before the operation runs: the caller may not send the request, its Idempotency-Key is
 * invalid, or its fields are wrong.
 */
function readingProblems({ needs, method, params, query, body }: Contract): number[] {
  const refusals = needs === 'nobody' ? [] : [401, 403];
  const key = method === 'POST' ? [400] : [];
  const fields = [params, query, body].every((schema) => schema === undefined) ? [] : [422];
  return [...refusals, ...key, ...fields];
}

function tagOf({ path }: Contract): string {
  if (path.startsWith('/services')) return 'services';
  return /^\/(deploy|rollback|pipeline-runs)/.test(path) ? 'deployments' : 'system';
}
