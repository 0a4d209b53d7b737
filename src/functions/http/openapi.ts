import { readOpenapiContract } from '../../api/contracts/read-openapi.ts';
import { openapiDocument } from '../../api/openapi.ts';
import { readHealth } from '../../operations/reading/read-health.ts';
import { httpRoute } from '../http-route.ts';

/** Made at the first request and kept: it does not change while the code does not. */
let document: object | undefined;

export const handler = httpRoute(readOpenapiContract, {
  ports: {},
  operation: async () => {
    document ??= openapiDocument(await readHealth());
    return document;
  },
});
