/** Writes docs/reference/slipway-yml.md again: `npx node src/api/write-spec-reference.ts`. */
import { mkdirSync, writeFileSync } from 'node:fs';
import type { SchemaNode } from './reference/schema-node.ts';
import { specPage } from './reference/spec-page.ts';
import { serviceSpecJsonSchema } from './spec/json-schema.ts';

const docs = new URL('../../docs/reference/', import.meta.url);
mkdirSync(docs, { recursive: true });
writeFileSync(new URL('slipway-yml.md', docs), specPage(JSON.parse(serviceSpecJsonSchema()) as SchemaNode));
