/**
 * Picks the event of each rehearsed call: one of the events of the service, drawn by weight. The files are read when
 * the events are set, so that a mistake is reported then, with the file and the position.
 */
import { readFileSync, statSync } from 'node:fs';
import { resolve } from 'node:path';
import { SlipwayError } from '../../domain/errors.ts';
import { type EventSource, eventSourceOf } from '../../domain/service/event-source.ts';
import type { Random } from '../random.ts';
import { filesByPattern } from './files-by-pattern.ts';
import { httpEvent } from './http-events.ts';
import { type CallFacts, sampleEvent } from './sample-events.ts';

export interface Events {
  /** The keys are names of events, as in `rehearsal.event`. */
  readonly weights: Readonly<Record<string, number>>;
  /** Files are looked up from these folders, in this order. */
  readonly bases: readonly string[];
}

export type EventPicker = (random: Random, facts: CallFacts) => unknown;

/** Throws InvalidRequest, which says what is wrong with an event. */
export function eventPicker({ weights, bases }: Events): EventPicker {
  const makers = Object.entries(weights).flatMap(([name, weight]) => makersOf(name, { weight, bases }));
  const total = makers.reduce((sum, { weight }) => sum + weight, 0);
  return (random, facts) => {
    let left = makers.length === 1 ? 0 : random.uniform() * total;
    const drawn = makers.find(({ weight }) => {
      left -= weight;
      return left < 0;
    });
    return (drawn ?? makers.at(-1))?.make(facts) ?? {};
  };
}

interface Maker {
  readonly weight: number;
  make(facts: CallFacts): unknown;
}

function makersOf(
  name: string,
  { weight, bases }: { readonly weight: number; readonly bases: readonly string[] },
): Maker[] {
  const source = eventSourceOf(name);
  if (source === null) throw invalid(`The event ${name} is none. Correct rehearsal.event.`);
  if (source.kind !== 'file') return [{ weight, make: (facts) => made(source, facts) }];
  const files = filesNamed(source.path, bases);
  return files.map((file) => {
    const event = readEvent(file);
    return { weight: weight / files.length, make: () => event };
  });
}

function made(source: Exclude<EventSource, { kind: 'file' }>, facts: CallFacts): unknown {
  return source.kind === 'request' ? httpEvent(source, facts) : sampleEvent(source.sample, facts);
}

/** `events/*.json` names several files, which share the weight. */
function filesNamed(path: string, bases: readonly string[]): readonly string[] {
  for (const base of bases) {
    const found = path.includes('*') ? filesByPattern(path, { folder: base }) : [path];
    const files = found
      .map((one) => resolve(base, one))
      .filter((one) => statSync(one, { throwIfNoEntry: false })?.isFile());
    if (files.length > 0) return files;
  }
  throw invalid(`There is no event file ${path} below ${bases[0]}. Correct rehearsal.event.`);
}

/** Lambda accepts events of up to 6 MB. An event that is sent many times a second must be smaller. */
const BYTES_MAX = 1_048_576;

function readEvent(file: string): unknown {
  const text = readFileSync(file, 'utf8').replace(/^\uFEFF/, '');
  if (text.length > BYTES_MAX)
    throw invalid(`The event ${file} has more than ${BYTES_MAX} characters. Take a smaller one.`);
  try {
    return JSON.parse(text);
  } catch (cause) {
    const why = (cause as Error).message;
    throw invalid(`The event ${file} is not JSON${placeIn(text)}: ${why}. Correct the file.`, cause);
  }
}

/**
 * The engine gives the position of some errors only. So this looks for the longest start of the text that could still
 * become JSON.
 */
function placeIn(text: string): string {
  let [good, bad] = [0, text.length];
  while (good < bad) {
    const middle = Math.floor((good + bad) / 2);
    if (isBeginning(text.slice(0, middle + 1))) good = middle + 1;
    else bad = middle;
  }
  const lines = text.slice(0, good).split('\n');
  return ` at line ${lines.length}, column ${(lines.at(-1) ?? '').length + 1}`;
}

function isBeginning(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch (error) {
    const { message } = error as Error;
    return /end of JSON|Unterminated/.test(message) || message.includes(`at position ${text.length} `);
  }
}

function invalid(message: string, cause?: unknown): SlipwayError {
  return new SlipwayError('InvalidRequest', message, { cause });
}
