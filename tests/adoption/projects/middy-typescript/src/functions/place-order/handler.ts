// A function of TypeScript with middy behind a REST API: imports without endings, by a path of tsconfig.json, and of JSON.

import middy from '@middy/core';
import jsonBodyParser from '@middy/http-json-body-parser';
import { priced } from '@pricing/prices';
import type { APIGatewayProxyEvent, APIGatewayProxyResult } from 'aws-lambda';
import currencies from './currencies.json';
import { release } from './release';

interface Order {
  readonly order: number;
  readonly items: number;
}

const place = async (event: Omit<APIGatewayProxyEvent, 'body'> & { body: Order }): Promise<APIGatewayProxyResult> => {
  if ((release as string) === 'broken') throw new Error('the release is broken');
  const { order, items } = event.body;
  return {
    statusCode: 201,
    body: JSON.stringify({ order, totalCents: priced(items), currency: currencies.usual, release }),
  };
};

export const main = middy()
  .use(jsonBodyParser())
  .onError((request) => {
    request.response = { statusCode: 500, body: 'Something broke' };
  })
  .handler(place);
