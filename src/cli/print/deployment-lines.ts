/** One deployment for a person: what it is, how far it is, why, and what can be done with it. */
import { styleText } from 'node:util';
import { colouredStatus, progressInWords, type Told, versionsInWords } from './deployment-words.ts';
import { ago, clockTime } from './times.ts';
import { wrapped } from './wrapped.ts';

export interface LinesOrder {
  readonly width: number;
  /** Epoch milliseconds. */
  readonly now: number;
}

export function deploymentLines(told: Told, { width, now }: LinesOrder): string[] {
  const { id = '?', service = '?', settledAt, openedAt, by, reason, because, replacedBy, watchUntil, commit } = told;
  const facts = [
    ['versions', versionsInWords(told)],
    ['progress', settledAt == null ? progressInWords(told) : ''],
    ['opened', `${clockTime(openedAt)}, ${ago(openedAt, now)}${by === undefined ? '' : `, by ${by}`}`],
    ['reason', reason ?? ''],
    ['commit', commit ?? ''],
    ['ended', settledAt == null ? '' : `${clockTime(settledAt)}, ${ago(settledAt, now)}`],
    ['because', because ?? ''],
    ['watched', isLater(watchUntil, now) ? `until ${clockTime(watchUntil)}: an alarm still rolls it back` : ''],
    ['followed by', replacedBy ?? ''],
    ['possible', possible(told)],
  ] as const;
  return [
    `${styleText('bold', service)}  ${colouredStatus(told)}`,
    `  ${id}`,
    ...facts.flatMap(([name, text]) => (text === '' ? [] : fact(name, { text, width }))),
  ];
}

const NAMES_WIDTH = 13;

function fact(name: string, { text, width }: { readonly text: string; readonly width: number }): string[] {
  // In a narrow terminal the words stand below the name, so that a line has room for some of them.
  const bullet = width < 60 ? '    ' : `  ${name.padEnd(NAMES_WIDTH)}`;
  const lines = wrapped({ sentence: text, bullet, width });
  return width < 60 ? [`  ${name}:`, ...lines] : lines;
}

function isLater(at: string | null | undefined, now: number): boolean {
  return Date.parse(at ?? '') > now;
}

function possible({ actions = [], id, service }: Told): string {
  const commands = actions.map((one) => (one.do === 'rollback' ? `slipway rollback ${service}` : one.do));
  const short = commands.filter((one) => !one.startsWith('slipway'));
  const long = commands.filter((one) => one.startsWith('slipway'));
  return [...long, ...(short.length === 0 ? [] : [`slipway ${short.join('|')} ${id}`])].join(', ');
}
