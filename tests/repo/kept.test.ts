import { readFileSync } from 'node:fs';
import { tablesIn } from '../../bench/cost-table.ts';
import { KEPT_MARKS, keptTable } from '../../bench/kept-table.ts';

test('the document says what the ledger keeps exactly as the command prints it', async () => {
  const printed = await keptTable({ outbox: 7, evidence: 90 });
  // If this fails, run: node bench/kept.ts --write
  expect(tablesIn(readFileSync('docs/operations.md', 'utf8'), KEPT_MARKS)).toBe(printed);
});
