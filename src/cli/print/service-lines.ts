/** Services of the register for a person. */
import { styleText } from 'node:util';
import { stringify } from 'yaml';
import type { AnswerOf } from '../../api/answers.ts';
import type { ServiceView } from '../../api/views/views.ts';
import { targetName } from '../../domain/service/target.ts';
import type { LinesOrder } from './deployment-lines.ts';
import { fittedTable } from './fitted-table.ts';
import { ago } from './times.ts';
import { wrapped } from './wrapped.ts';

export const NO_SERVICES = 'There are no services yet. Register one: slipway apply -f slipway.yml';

export function servicesTable({ items = [] }: Partial<AnswerOf<'listServices'>>, { width, now }: LinesOrder): string[] {
  if (items.length === 0) return wrapped({ sentence: NO_SERVICES, width });
  const rows = items.map(({ name, spec, revision, updatedAt, updatedBy }) => [
    name,
    spec?.target === undefined ? '' : targetName(spec.target),
    String(revision ?? ''),
    ago(updatedAt, now),
    updatedBy ?? '',
  ]);
  return fittedTable({ head: ['service', 'target', 'revision', 'changed', 'by'], rows, width });
}

/** The spec as slipway.yml has it, so that it can be copied into a file. */
export function serviceLines(
  { name, revision, updatedAt, updatedBy, spec }: ServiceView,
  { width, now }: LinesOrder,
): string[] {
  return [
    `${styleText('bold', name)}  revision ${revision}, ${ago(updatedAt, now)}, by ${updatedBy}`,
    '',
    ...stringify(spec, { lineWidth: width }).trimEnd().split('\n'),
  ];
}
