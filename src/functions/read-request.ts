/** Reads a request by its contract: path, query and body as one input, the caller, and the Idempotency-Key. */
import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { readFields } from '../api/fields/read-fields.ts';
import { unstorableFields } from '../api/fields/unstorable-fields.ts';
import type { Caller, Contract } from '../api/route/contract.ts';
import type { Access } from '../domain/access/access.ts';
import { SlipwayError } from '../domain/errors.ts';
import type { FieldProblem } from '../domain/service/service-spec.ts';

/** The event after its body was parsed. `rawBody` is the body as sent, and `access` is the caller. */
export type ParsedEvent = Omit<APIGatewayProxyEventV2, 'body'> & { body?: unknown; rawBody: string; access: Access };

/**
 * Throws InvalidRequest with a pointer for every wrong field, all at once. Throws NotFound for a path that cannot be a
 * name.
 */
export function readRequest(contract: Contract, event: ParsedEvent): Record<string, unknown> & Caller {
  const { params, query, body, bodyAs, fixed } = contract;
  const errors: FieldProblem[] = [];
  const read = (schema: Contract['body'], value: unknown): Record<string, unknown> => {
    if (schema === undefined) return {};
    const unstorable = unstorableFields(value);
    if (unstorable.length > 0) {
      errors.push(...unstorable);
      return {};
    }
    const result = readFields(schema, value);
    if (result.ok) return result.value as Record<string, unknown>;
    errors.push(...result.errors);
    return {};
  };
  requireAddress(event.pathParameters);
  const content = read(body, event.body);
  const input = {
    ...read(params, event.pathParameters ?? {}),
    ...read(query, queryOf(contract, event)),
    ...(bodyAs === undefined ? content : { [bodyAs]: content }),
    ...fixed,
  };
  if (errors.length === 0) errors.push(...(contract.problems?.(input as never) ?? []));
  if (errors.length > 0) throw new SlipwayError('InvalidRequest', summary(errors), { details: { errors } });
  const { access } = event;
  return { ...input, by: access.caller, access, requestKey: requestKeyOf(event) };
}

/** API Gateway joins the values of a parameter that comes several times with commas. */
function queryOf({ lists = [] }: Contract, { queryStringParameters = {} }: ParsedEvent): Record<string, unknown> {
  const isList = (name: string) => lists.includes(name);
  return Object.fromEntries(
    Object.entries(queryStringParameters).map(([name, value]) => [name, isList(name) ? value?.split(',') : value]),
  );
}

/** Throws NotFound: a text that cannot be stored is not the name of anything. */
function requireAddress(pathParameters: APIGatewayProxyEventV2['pathParameters']): void {
  if (unstorableFields(pathParameters).length === 0) return;
  const fact = 'There is nothing at this address: it holds the character NUL, or half of a surrogate pair.';
  throw new SlipwayError('NotFound', `${fact} Take that character out.`);
}

function requestKeyOf({ headers, requestContext }: ParsedEvent): string | null {
  const key = requestContext.http.method === 'POST' ? headerOf(headers, 'idempotency-key') : undefined;
  if (key === undefined) return null;
  if (/^[\x20-\x7e]{1,255}$/.test(key)) return key;
  throw new SlipwayError(
    'InvalidRequest',
    'The Idempotency-Key has to be 1 to 255 printable ASCII characters. Send a UUID.',
  );
}

/** API Gateway sends header names in lower case. A test console or another trigger may not. */
export function headerOf(headers: APIGatewayProxyEventV2['headers'], name: string): string | undefined {
  return headers[name] ?? Object.entries(headers).find(([key]) => key.toLowerCase() === name)?.[1];
}

function summary(errors: readonly FieldProblem[]): string {
  const [first] = errors;
  const rest = errors.length > 1 ? ` ${errors.length - 1} more below.` : '';
  return `The request is not valid. ${first?.pointer || 'The whole'}: ${first?.detail}${rest}`;
}
