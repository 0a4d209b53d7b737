import { readOpenapiContract } from '../../api/contracts/read-openapi.ts';
import { openapiDocument } from '../../api/openapi.ts';
import { readHealth } from '../../operations/reading/read-health.ts';
import { httpRoute } from '../http-route.ts';

/** Made at the first request and kept: the document changes only with the code. */
let document: object | undefined;

export const handler = httpRoute(readOpenapiContract, {
  ports: {},
  operation: async () => {
    document ??= openapiDocument(await readHealth());
    return document;
  },
});
