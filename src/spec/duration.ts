/** The normal form of a length of time: one unit, and how many of it. */
import * as z from 'zod/mini';
import type { Duration } from '../domain/duration.ts';
import { readsAll } from './reads-all.ts';

export const SecondsForm = z.object({ seconds: z.number() });
export const MinutesForm = z.object({ minutes: z.number() });
export const HoursForm = z.object({ hours: z.number() });

export const DurationForm = readsAll<Duration>()(z.union([SecondsForm, MinutesForm, HoursForm]));
