/** Writes docs/service-spec.schema.json again: `npx node src/api/write-json-schema.ts`. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { serviceSpecJsonSchema } from './spec/json-schema.ts';

const docs = new URL('../../docs/', import.meta.url);
mkdirSync(docs, { recursive: true });
writeFileSync(new URL('service-spec.schema.json', docs), serviceSpecJsonSchema());
