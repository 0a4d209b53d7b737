/** Writes docs/reference/cli.md again: `npx node src/cli/write-reference.ts`. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { commands } from './all-commands.ts';
import { referencePage } from './reference/reference-page.ts';
import { CONNECTION } from './remote/connection-options.ts';

const docs = new URL('../../docs/reference/', import.meta.url);
mkdirSync(docs, { recursive: true });
const declarations = commands.map(({ declaration }) => declaration);
writeFileSync(new URL('cli.md', docs), referencePage({ declarations, common: CONNECTION }));
