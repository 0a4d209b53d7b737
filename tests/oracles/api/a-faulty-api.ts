/** A small API that breaks its own OpenAPI document, each route in a different way. */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

const JSON_TYPE = 'application/json';
const answer = {
  200: {
    description: 'A number of things',
    content: {
      [JSON_TYPE]: { schema: { type: 'object', required: ['count'], properties: { count: { type: 'integer' } } } },
    },
  },
};

const DOCUMENT = {
  openapi: '3.1.0',
  info: { title: 'Faulty', version: '1' },
  paths: {
    '/breaks': { get: { responses: answer } },
    '/surprises': { get: { responses: answer } },
    '/misspells': { get: { responses: answer } },
    '/mistypes': { get: { responses: answer } },
    '/swallows': {
      get: {
        parameters: [{ in: 'query', name: 'limit', required: true, schema: { type: 'integer', maximum: 10 } }],
        responses: answer,
      },
    },
  },
};

const REPLIES: Readonly<Record<string, { readonly status: number; readonly type: string; readonly body: string }>> = {
  '/openapi.json': { status: 200, type: JSON_TYPE, body: JSON.stringify(DOCUMENT) },
  '/breaks': { status: 500, type: JSON_TYPE, body: '{}' },
  '/surprises': { status: 418, type: JSON_TYPE, body: '{"count":1}' },
  '/misspells': { status: 200, type: JSON_TYPE, body: '{"cuont":1}' },
  '/mistypes': { status: 200, type: 'text/plain', body: '{"count":1}' },
  '/swallows': { status: 200, type: JSON_TYPE, body: '{"count":1}' },
};

export async function aFaultyApi(): Promise<{ readonly url: string; readonly server: Server }> {
  const server = createServer(({ url = '', method }, response) => {
    if (method !== 'GET') return response.writeHead(405, { allow: 'GET' }).end();
    const { status, type, body } = REPLIES[url.split('?')[0] ?? ''] ?? { status: 404, type: JSON_TYPE, body: '{}' };
    return response.writeHead(status, { 'content-type': type }).end(body);
  });
  await new Promise<void>((settle) => server.listen(0, '127.0.0.1', settle));
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, server };
}
