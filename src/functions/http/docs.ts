import { readDocsContracts } from '../../api/contracts/read-docs.ts';
import { readDocs } from '../docs-files.ts';
import { httpRoute } from '../http-route.ts';

export const handler = httpRoute(readDocsContracts, { ports: {}, operation: readDocs });
