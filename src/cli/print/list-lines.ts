/** A page of deployments for a person. */
import type { AnswerOf } from '../../api/answers.ts';
import type { LinesOrder } from './deployment-lines.ts';
import { statusInWords, versionsInWords } from './deployment-words.ts';
import { fittedTable } from './fitted-table.ts';
import { age } from './times.ts';

type Page = Partial<AnswerOf<'listDeployments'>>;

export function listLines({ items = [], nextCursor }: Page, { width, now }: LinesOrder): string[] {
  if (items.length === 0) return ['There are no such deployments.'];
  const rows = items.map((one) => [
    one.id,
    one.service,
    versionsInWords(one),
    statusInWords(one),
    age(one.openedAt, now),
  ]);
  const more = nextCursor == null ? [] : ['', `There are more: slipway list --cursor ${nextCursor}`];
  return [...fittedTable({ head: ['id', 'service', 'versions', 'status', 'age'], rows, width }), ...more];
}
