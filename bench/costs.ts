/**
 * `node bench/costs.ts`: what AWS charges for Slipway, idle and for each rollout. `--prices FILE` uses a price list
 * other than src/rehearse/model/prices.json; `--write` writes the tables into docs/operations.md.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { PRICES_FILE, readPrices } from '../src/rehearse/model/price-list.ts';
import { packagedTemplate } from '../tests/repo/packaged-template.ts';
import { costTables, withTables } from './cost-table.ts';

const DOCUMENT = new URL('../docs/operations.md', import.meta.url).pathname;

const { values } = parseArgs({
  options: { prices: { type: 'string', default: PRICES_FILE }, write: { type: 'boolean' } },
});
const list = readPrices(values.prices);
const tables = await costTables(await packagedTemplate({ stage: 'prod' }), list);
process.stdout.write(`${tables}\n\nPrices of ${list.asOf}, ${list.region}. Free tiers are not taken off.\n`);
if (values.write) writeFileSync(DOCUMENT, withTables(readFileSync(DOCUMENT, 'utf8'), { tables }));
