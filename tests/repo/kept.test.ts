import { readFileSync } from 'node:fs';
import { tablesIn } from '../../bench/cost-table.ts';
import { KEPT_MARKS, keptTable } from '../../bench/kept-table.ts';

test('what the ledger keeps is in the document as the command prints it', async () => {
  const printed = await keptTable({ outbox: 7, evidence: 90 });
  // Otherwise: node bench/kept.ts --write
  expect(tablesIn(readFileSync('docs/operations.md', 'utf8'), KEPT_MARKS)).toBe(printed);
}, 60_000);
