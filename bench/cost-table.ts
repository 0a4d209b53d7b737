/** The costs as a Markdown table for docs/operations.md. */
import type { PriceList } from '../src/rehearse/model/price-list.ts';
import type { Packaged } from '../tests/repo/packaged-template.ts';
import { type CostLine, idleLines, rolloutLines } from './cost-lines.ts';

const COST_MARKS = { begin: '<!-- costs: node bench/costs.ts --write -->', end: '<!-- end of costs -->' };

export async function costTables(template: Packaged, list: PriceList): Promise<string> {
  const titled: [string, CostLine[]][] = [
    ['A month in which nothing is deployed', idleLines(template, list)],
    ['A rollout on Lambda, four steps of five minutes', await rolloutLines({ template, list })],
    [
      'The same on Kubernetes, without what the cluster costs',
      await rolloutLines({ template, list, where: 'kubernetes' }),
    ],
  ];
  return titled.map(([title, lines]) => table(title, { lines, list })).join('\n\n');
}

function table(title: string, { lines, list }: { lines: readonly CostLine[]; list: PriceList }): string {
  const paid = lines.filter(({ count }) => count > 0).map((line) => ({ ...line, ...list.prices[line.price] }));
  const total = paid.reduce((sum, { count, usd }) => sum + count * usd, 0);
  return [
    `| ${title} | Quantity | Dollars, each | Dollars |`,
    '|---|---:|---:|---:|',
    ...paid.map(({ what, count, usd }) => `| ${what} | ${quantity(count)} | ${plain(usd)} | ${dollars(count * usd)} |`),
    `| **together** | | | **${dollars(total)}** |`,
  ].join('\n');
}

function quantity(count: number): string {
  return count >= 100 ? Math.round(count).toLocaleString('en-US') : String(Number(count.toPrecision(3)));
}

function plain(usd: number): string {
  return usd.toFixed(12).replace(/0+$/, '').replace(/\.$/, '');
}

function dollars(usd: number): string {
  return usd >= 0.01 ? usd.toFixed(2) : Number(usd.toPrecision(2)).toFixed(6).replace(/0+$/, '');
}

export interface Marks {
  readonly begin: string;
  readonly end: string;
}

/** The part of a document between the marks. */
export function tablesIn(document: string, marks: Marks = COST_MARKS): string {
  const { begin, end } = marksIn(document, marks);
  return document.slice(begin, end).trim();
}

export function withTables(
  document: string,
  { tables, marks = COST_MARKS }: { readonly tables: string; readonly marks?: Marks },
): string {
  const { begin, end } = marksIn(document, marks);
  return `${document.slice(0, begin)}\n\n${tables}\n\n${document.slice(end)}`;
}

function marksIn(document: string, marks: Marks): { readonly begin: number; readonly end: number } {
  const [begin, end] = [document.indexOf(marks.begin), document.indexOf(marks.end)];
  if (begin < 0 || end < begin)
    throw new Error(`The document has no ${marks.begin} and ${marks.end}. Put them around the tables.`);
  return { begin: begin + marks.begin.length, end };
}
