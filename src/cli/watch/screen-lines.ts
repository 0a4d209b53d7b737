/**
 * One screen of a watch, from what is known of the deployment. It never has more lines or columns than the terminal, and
 * what is most important keeps its place when there is little room.
 */
import { colourOf, statusInWords, versionsInWords } from '../print/deployment-words.ts';
import { spanInWords } from '../print/times.ts';
import { wrapped } from '../print/wrapped.ts';
import { entryStyle, entryWords } from './entry-words.ts';
import { evidenceLines } from './evidence-lines.ts';
import { cut, filled, firstLines, widthOf } from './fitted.ts';
import { keyLabels, type Question } from './keys.ts';
import type { Paint } from './paint.ts';
import type { Seen, Shown } from './seen.ts';
import { weightBar } from './weight-bar.ts';

export interface ScreenOrder {
  readonly columns: number;
  readonly rows: number;
  /** Epoch milliseconds. */
  readonly now: number;
  readonly paint: Paint;
  readonly question: Question | null;
  /** What became of the last key, in one sentence. */
  readonly note: string | null;
}

export function screenLines(seen: Seen, order: ScreenOrder): string[] {
  const { columns, rows } = order;
  const head = headLines(seen, order);
  const evidence = evidenceLines(seen, order);
  const foot = footLines(seen, order);
  const room = rows - head.length - foot.length;
  // A third of the rest belongs to the timeline at least, which says what happened.
  const shownEvidence = evidence.slice(0, Math.max(0, room - Math.min(Math.ceil(room / 3), 4)));
  const entries = entryLines(seen.deployment, { ...order, rows: room - shownEvidence.length });
  const blank = Math.max(0, room - shownEvidence.length - entries.length);
  const lines = [...head, ...shownEvidence, ...entries, ...Array<string>(blank).fill(''), ...foot];
  // A person who is asked must see the question, however low the terminal is.
  const shown = order.question === null ? lines.slice(0, rows) : lines.slice(-rows);
  return shown.map((line) => (widthOf(line) > columns ? cut(stripped(line), columns) : line));
}

/** A coloured line that is too long loses its colours, not its end marks. */
function stripped(line: string): string {
  return line.replace(COLOURS, '');
}
// biome-ignore lint/suspicious/noControlCharactersInRegex: escape sequences begin with a control character.
const COLOURS = /\u001b\[[0-9;]*m/g;

function headLines(seen: Seen, { columns, now, paint }: ScreenOrder): string[] {
  const { deployment } = seen;
  const { service, reason, by, openedAt, commit } = deployment;
  const asOf = asOfWords(seen, now);
  const title = cut(service, Math.max(8, columns - widthOf(statusInWords(deployment)) - widthOf(asOf) - 6));
  const left = `${paint('bold', title)}  ${paint(colourOf(deployment), statusInWords(deployment))}`;
  const gap = columns - widthOf(`${title}  ${statusInWords(deployment)}`) - widthOf(asOf);
  const right = seen.trouble === null ? paint('dim', asOf) : paint('yellow', asOf);
  const first = gap >= 2 ? [`${left}${' '.repeat(gap)}${right}`] : [left, right];
  const who = `by ${by}, ${spanInWords(now - Date.parse(openedAt))} ago`;
  const why = [reason === null ? '' : `"${reason}"`, commit === null ? '' : `commit ${commit}`];
  return [
    ...first,
    cut([versionsInWords(deployment), who, ...why].filter((text) => text !== '').join('  '), columns),
    paint('dim', cut(deployment.id, columns)),
    '',
    ...weightBar(deployment, { columns, paint }),
    ...stepLines(deployment, { columns, now }),
  ];
}

function asOfWords({ asOf, trouble }: Seen, now: number): string {
  if (trouble === null) return `as of ${time(asOf)}`;
  return `no answer since ${time(trouble.since)}, ${spanInWords(now - trouble.since)}: trying again`;
}

function stepLines(shown: Shown, { columns, now }: Pick<ScreenOrder, 'columns' | 'now'>): string[] {
  const { atPercent, step, settledAt } = shown;
  if (settledAt != null)
    return firstLines(wrapped({ sentence: shown.because ?? '', width: columns }), { count: 3, columns });
  if (step == null) return [cut(`at ${atPercent} %`, columns)];
  const sentence = `at ${atPercent} %, step ${step.number} of ${step.of}: ${step.inWords}${leftWords(step.endsAt, now)}`;
  const why = shown.because == null ? [] : wrapped({ sentence: shown.because, width: columns });
  return [wrapped({ sentence, width: columns }), why].flatMap((lines) => firstLines(lines, { count: 2, columns }));
}

/** `, 1:12 left`. */
function leftWords(endsAt: string | null | undefined, now: number): string {
  const ms = Date.parse(endsAt ?? '') - now;
  if (Number.isNaN(ms)) return '';
  const seconds = Math.max(0, Math.ceil(ms / 1_000));
  const pad = (number: number) => String(number).padStart(2, '0');
  const hours = Math.floor(seconds / 3_600);
  const minutes = Math.floor(seconds / 60) % 60;
  const words = hours > 0 ? `${hours}:${pad(minutes)}:${pad(seconds % 60)}` : `${minutes}:${pad(seconds % 60)}`;
  return `, ${words} left`;
}

/** The latest entries, the newest last. In a wide terminal, each has its time; a long one has two lines. */
function entryLines({ timeline, openedAt }: Shown, { columns, rows, paint }: ScreenOrder): string[] {
  if (rows < 2) return [];
  const lines: string[] = [];
  for (const entry of [...timeline].reverse()) {
    const seconds = Math.max(0, (Date.parse(entry.at) - Date.parse(openedAt)) / 1_000);
    const when = `${seconds.toFixed(1)} s`.padStart(9);
    const bullet = `${when}  `;
    const words = wrapped({ sentence: entryWords(entry), bullet, width: columns });
    const [first = '', ...more] = firstLines(words, { count: 2, columns });
    const rest = first.slice(bullet.length);
    const told = [
      `${paint('dim', bullet)}${paint(entryStyle(entry.kind), cut(rest, columns - bullet.length))}`,
      ...more,
    ];
    if (lines.length + told.length > rows - 1) break;
    lines.unshift(...told);
  }
  return lines.length === 0 ? [] : ['', ...lines];
}

function footLines({ deployment }: Seen, { columns, paint, question, note }: ScreenOrder): string[] {
  if (question !== null) {
    const asked = wrapped({ sentence: `${question.text} y/N`, width: columns });
    return ['', ...asked.map((line) => paint('inverse', filled(line, columns)))];
  }
  const said = note === null ? [] : wrapped({ sentence: note, width: columns }).slice(0, 3);
  const keys = wrapped({ sentence: keyLabels(deployment).join('  ').replaceAll('  ', ' '), width: columns });
  return ['', ...said.map((line) => paint('yellow', line)), ...keys.map((line) => paint('dim', line))];
}

/** `12:03:07`, in UTC like every time of Slipway. */
export function time(at: number): string {
  return `${new Date(at).toISOString().slice(11, 19)} UTC`;
}
