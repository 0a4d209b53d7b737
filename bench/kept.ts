/**
 * `node bench/kept.ts`: how much the ledger keeps at a hundred rollouts a day. `--outbox-days` and `--evidence-days`
 * are the parameters of the stack; `--write` writes the table into docs/operations.md.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { withTables } from './cost-table.ts';
import { KEPT_MARKS, keptTable } from './kept-table.ts';

const DOCUMENT = new URL('../docs/operations.md', import.meta.url).pathname;

const { values } = parseArgs({
  options: {
    'outbox-days': { type: 'string', default: '7' },
    'evidence-days': { type: 'string', default: '90' },
    write: { type: 'boolean' },
  },
});
const table = await keptTable({ outbox: Number(values['outbox-days']), evidence: Number(values['evidence-days']) });
process.stdout.write(`${table}\n`);
if (values.write)
  writeFileSync(DOCUMENT, withTables(readFileSync(DOCUMENT, 'utf8'), { tables: table, marks: KEPT_MARKS }));
