/**
 * Finds the handler and the events of a rehearsed service, in the folder of its slipway.yml or in the folder where the
 * server was started.
 */
import { existsSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { SlipwayError } from '../domain/errors.ts';
import type { RehearsalPart } from '../domain/service/service-spec.ts';
import { eventPicker } from '../twin/handlers/event-picker.ts';
import type { Load, Source } from '../twin/world/world.ts';

export interface ServiceFolder {
  /** File names are relative to this folder. */
  readonly base: string;
  /** All files must be below this folder. */
  readonly within: string;
}

/**
 * Returns the folder of a file, within its project: the nearest folder above it that has a package.json or a
 * repository.
 */
export function folderOf(file: string): ServiceFolder {
  const base = dirname(resolve(file));
  return { base, within: projectAbove(base) ?? base };
}

function projectAbove(folder: string): string | null {
  if (existsSync(join(folder, 'package.json')) || existsSync(join(folder, '.git'))) return folder;
  const parent = dirname(folder);
  return parent === folder ? null : projectAbove(parent);
}

/** Throws NotFound for a layer that does not exist. */
export function sourceOf({ handler, layers = [] }: RehearsalPart, { base, within }: ServiceFolder): Source {
  const folders = layers.map((layer) => resolve(base, layer));
  const gone = folders.findIndex((folder) => !existsSync(folder));
  if (gone >= 0) {
    const fact = `There is no folder ${layers[gone]} below ${base} for the layer.`;
    throw new SlipwayError('NotFound', `${fact} Correct rehearsal.layers.`);
  }
  return { handler, bases: [...new Set([base, within])], within: [within], layers: folders };
}

/**
 * Returns undefined when the spec names no events. Throws InvalidRequest for a file that does not exist or is not JSON.
 */
export function eventsOf({ event }: RehearsalPart, bases: readonly string[]): EventsKept | undefined {
  if (event === undefined) return undefined;
  const events = { weights: typeof event === 'string' ? { [event]: 1 } : { ...event }, bases: [...bases] };
  eventPicker(events);
  return events;
}

/** The events in the form in which the state of the rehearsal keeps them. */
export type EventsKept = NonNullable<Load['events']>;
