/** The last verdict with its metrics, and the alarms with their state. */
import type { AlarmView } from '../../api/views/explanation-views.ts';
import { seriesRows } from '../print/explanation-lines.ts';
import { wrapped } from '../print/wrapped.ts';
import { cut, filled, firstLines } from './fitted.ts';
import type { Paint, Style } from './paint.ts';
import type { Evidence, Seen } from './seen.ts';

export interface EvidenceOrder {
  readonly columns: number;
  readonly rows: number;
  readonly paint: Paint;
}

/** Below so many rows, room is scarce. */
const LOW_ROWS = 32;

export function evidenceLines({ evidence }: Seen, order: EvidenceOrder): string[] {
  if (evidence === null) return [];
  const parts = [alarmLines(evidence, order), verdictLines(evidence, order), metricLines(evidence, order)];
  const told = parts.filter((lines) => lines.length > 0);
  if (told.length === 0) return [];
  // In a low terminal the parts stand close together, so that none of them is left out.
  return order.rows < LOW_ROWS ? ['', ...told.flat()] : told.flatMap((lines) => ['', ...lines]);
}

function verdictLines(evidence: Evidence, { columns, rows, paint }: EvidenceOrder): string[] {
  const judged = evidence.judgement;
  const last = evidence.verdicts.findLast(({ kind }) => kind === 'VerdictReached');
  if (judged == null && last === undefined) return [];
  const sentence = judged == null ? (last?.because ?? '') : `${judged.kind}: ${judged.because}`;
  const lines = wrapped({ sentence, bullet: 'verdict  ', width: columns });
  const [first = '', ...more] = firstLines(lines, { count: rows < LOW_ROWS ? 2 : 4, columns });
  return [
    first.replace(/^verdict {2}(\w+)/, (_, word: string) => `verdict  ${paint(VERDICTS[word] ?? 'dim', word)}`),
    ...more,
  ];
}

const VERDICTS: Readonly<Record<string, Style>> = { healthy: 'green', unhealthy: 'red', inconclusive: 'yellow' };

const WIDE_COLUMNS = 110;

/** One line a series: the ratio of the new version to stable, and the interval in which it lies. */
function metricLines({ metrics }: Evidence, { columns, paint }: EvidenceOrder): string[] {
  const rows = seriesRows({ metrics }, { isShort: columns < WIDE_COLUMNS });
  if (rows.length === 0) return [];
  const head = ['metric', 'new version', 'stable', 'ratio', 'interval'];
  // In a narrow terminal the rates are left out: ratio and interval say it.
  const shown = columns < 60 ? [0, 3, 4] : [0, 1, 2, 3, 4];
  const lines = [head, ...rows].map((row) => shown.map((column) => row[column] ?? ''));
  const widths = shown.map((_, at) => Math.max(...lines.map((row) => row[at]?.length ?? 0)));
  return lines.map((row, index) => {
    const line = cut(row.map((cell, at) => filled(cell, widths[at] ?? 0)).join('  '), columns).trimEnd();
    return index === 0 ? paint('dim', line) : line;
  });
}

const STATES: Readonly<Record<AlarmView['state'], { readonly word: string; readonly style: Style }>> = {
  ok: { word: 'ok', style: 'green' },
  alarm: { word: 'ALARM', style: 'red' },
  insufficientData: { word: 'no data', style: 'yellow' },
  missing: { word: 'missing', style: 'red' },
  unknown: { word: 'unknown', style: 'yellow' },
};

function alarmLines({ alarms = [] }: Evidence, { columns, paint }: EvidenceOrder): string[] {
  return alarms.map(({ name, state, because }) => {
    const { word, style } = STATES[state] ?? { word: state, style: 'yellow' };
    const why = state === 'ok' ? '' : `  ${because}`;
    const text = cut(`alarm    ${word.padEnd(7)}  ${name}${why}`, columns);
    return `${text.slice(0, 9)}${paint(style, text.slice(9, 9 + word.length))}${text.slice(9 + word.length)}`;
  });
}
