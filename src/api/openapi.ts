/** Makes the OpenAPI 3.1 document from the contracts. */
import * as z from 'zod/mini';
import { createDocument, type ZodOpenApiOperationObject, type ZodOpenApiPathsObject } from 'zod-openapi';
import { type ContractName, contracts } from './all-contracts.ts';
import { answers } from './answers.ts';
import { descriptions } from './descriptions.ts';
import type { Contract } from './route/contract.ts';
import { PROBLEM_JSON, problemReply } from './route/problem.ts';
import { sampleAnswers } from './sample-answers.ts';
import { SAMPLE_REQUEST_ID, sampleRequests } from './sample-requests.ts';
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
  400: 'The request, its address or its headers cannot be read',
  401: 'The token is missing or worth nothing; the detail says why',
  403: 'The caller does not have the role that this needs',
  404: 'What the request names does not exist',
  409: 'Something is in the way',
  413: 'The body is too large',
  415: 'The body is not application/json',
  422: 'Fields are wrong, the preflight found errors, or the Idempotency-Key was used for another request',
  500: 'It broke; the log says why, under the id',
  503: 'Something behind it is away for the moment; Retry-After says when to repeat the request',
};
/** API Gateway answers it before Slipway sees the request, in a form of its own. */
const TOO_MANY = { 429: { description: 'Too many requests in this second; repeat it in a moment' } };

export function openapiDocument({ version }: { version: string }) {
  const paths: Record<string, Record<string, ZodOpenApiOperationObject>> = {};
  for (const contract of Object.values(contracts) as readonly (Contract & { name: ContractName })[]) {
    paths[contract.path] = { ...paths[contract.path], [contract.method.toLowerCase()]: operation(contract) };
  }
  const document = createDocument({
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
  return withParameterSamples(document);
}

function operation(contract: Contract & { name: ContractName }): ZodOpenApiOperationObject {
  const { name, method, summary, params, query, body, needs } = contract;
  const header = method === 'POST' ? { header: IdempotencyKey } : {};
  const who = needs === 'nobody' ? 'Open to everybody.' : `Needs the role ${needs}.`;
  return {
    operationId: name,
    summary,
    description: `${descriptions[name]}\n\n${who}`,
    ...(needs === 'nobody' ? { security: [] } : {}),
    tags: [tagOf(contract)],
    requestParams: { ...(params && { path: params }), ...(query && { query }), ...header },
    ...(body && {
      requestBody: { required: true, content: { 'application/json': { schema: body, ...bodies(name) } } },
    }),
    responses: { ...goodAnswers(name), ...problemAnswers(contract), ...TOO_MANY },
  };
}

function bodies(name: ContractName) {
  const samples = Object.entries(sampleRequests[name].bodies ?? {});
  return { examples: Object.fromEntries(samples.map(([key, { summary, body }]) => [key, { summary, value: body }])) };
}

interface Parameter {
  readonly name: string;
  readonly in: string;
  example?: unknown;
}

/** zod-openapi takes examples of parameters only from a schema, which several operations share. */
function withParameterSamples(document: ReturnType<typeof createDocument>): ReturnType<typeof createDocument> {
  for (const { name, path, method } of Object.values(contracts)) {
    const item = document.paths?.[path] as Record<string, { parameters?: Parameter[] }> | undefined;
    for (const parameter of item?.[method.toLowerCase()]?.parameters ?? []) {
      const sample = sampleRequests[name].parameters?.[parameter.name];
      if (sample !== undefined) parameter.example = sample;
    }
  }
  return document;
}

function goodAnswers(name: ContractName): ZodOpenApiOperationObject['responses'] {
  const good: Readonly<Record<string, { is: string; schema?: z.ZodMiniType }>> = answers[name].good;
  const entries = Object.entries(good).map(([status, { is, schema }]) => {
    const sample = sampleAnswers[name][Number(status)];
    const content = { schema, ...(sample === undefined ? {} : { example: sample }) };
    return [status, { description: is, ...(schema && { content: { 'application/json': content } }) }];
  });
  return Object.fromEntries(entries);
}

function problemAnswers(contract: Contract & { name: ContractName }): ZodOpenApiOperationObject['responses'] {
  const statuses = new Set([...generalProblems(contract), ...answers[contract.name].problems]);
  return Object.fromEntries([...statuses].map((status) => [String(status), problemAnswer(status)]));
}

function problemAnswer(status: number) {
  const description = PROBLEMS[status] ?? 'A problem';
  const { body } = problemReply({ status, detail: `${description}.`, requestId: SAMPLE_REQUEST_ID });
  return { description, content: { [PROBLEM_JSON]: { schema: ProblemView, example: body } } };
}

/**
 * The statuses that do not depend on what the operation does. Any request may have headers that contradict each other or
 * a body that is too large, and may meet a fault. The caller may be unknown, or may not have the role. An address may
 * name nothing, or be too long to name anything. Each POST may have a wrong Idempotency-Key, or one that is in use.
 */
function generalProblems({ needs, method, params, query, body }: Contract): number[] {
  const caller = needs === 'nobody' ? [] : [401, 403, 503];
  const address = params === undefined ? [] : [404, 422];
  const fields = query === undefined && body === undefined ? [] : [422];
  const content = body === undefined ? [] : [415];
  const key = method === 'POST' ? [409, 422] : [];
  return [400, 413, 500, ...caller, ...address, ...fields, ...content, ...key];
}

function tagOf({ path }: Contract): string {
  if (path.startsWith('/services')) return 'services';
  return /^\/(deploy|rollback|pipeline-runs)/.test(path) ? 'deployments' : 'system';
}
