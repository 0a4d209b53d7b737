// A server of GraphQL, as far as a rehearsal can tell: it reads its schema beside it, and answers errors of a resolver with 200.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2, Context } from 'aws-lambda';
import { release } from './release';

const schema = readFileSync(join(__dirname, 'schema.graphql'), 'utf8');

export const graphqlHandler = async (
  event: APIGatewayProxyEventV2,
  context: Context,
): Promise<APIGatewayProxyStructuredResultV2> => {
  if ((release as string) === 'broken') return { statusCode: 500, body: 'the release is broken' };
  const { query } = JSON.parse(event.body ?? '{}') as { query?: string };
  const [, field = ''] = /{\s*(\w+)/.exec(query ?? '') ?? [];
  const isKnown = new RegExp(`^\\s+${field}:`, 'm').test(schema);
  const answer = isKnown ? { data: { [field]: context.functionName } } : { errors: [{ message: `No field ${field}` }] };
  return {
    statusCode: 200,
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ ...answer, release }),
  };
};
