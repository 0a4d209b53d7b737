/** The JSON that the ledger keeps in text columns, parsed again whenever it is read: a row is an edge like any other. */
import { customType } from 'drizzle-orm/pg-core';
import * as z from 'zod/mini';
import type { Artifact, Progress } from '../domain/deployment.ts';
import type { Duration } from '../domain/duration.ts';
import { SlipwayError } from '../domain/errors.ts';
import type { Hook, ServiceSpec } from '../domain/service-spec.ts';
import { ADVANCES, RETREATS, type Signal } from '../domain/signal.ts';
import { PRESETS, type Step } from '../domain/strategy.ts';

const duration = z.union([
  z.object({ seconds: z.number() }),
  z.object({ minutes: z.number() }),
  z.object({ hours: z.number() }),
]) satisfies z.ZodMiniType<Duration>;

const step = z.union([
  z.object({ setWeight: z.number() }),
  z.object({ bake: duration }),
  z.object({ judge: z.strictObject({}) }),
  z.object({ approve: z.object({ within: duration }) }),
]) satisfies z.ZodMiniType<Step>;

const judge = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('alarms-only') }),
  z.object({
    kind: z.literal('threshold'),
    rules: z.array(z.object({ metric: z.enum(['errorRatePercent', 'durationP99Ms']), moreThan: z.number() })),
    failWhenAtLeast: z.number(),
    ofLastPeriods: z.number(),
    periodSeconds: z.union([z.literal(10), z.literal(60)]),
    minimumRequests: z.number(),
  }),
]) satisfies z.ZodMiniType<ServiceSpec['judge']>;

const hook = z.union([
  z.object({ function: z.string() }),
  z.object({ webhook: z.string() }),
]) satisfies z.ZodMiniType<Hook>;

const spec = z.object({
  name: z.string(),
  target: z.object({ kind: z.literal('lambda'), function: z.string(), alias: z.string() }),
  strategy: z.union([z.enum(PRESETS), z.array(step)]),
  alarms: z.array(z.string()),
  judge,
  noData: z.enum(['hold', 'extend', 'rollBack']),
  hooks: z.object({ beforeTraffic: z.array(hook), afterTraffic: z.array(hook) }),
  watch: duration,
  deadline: duration,
}) satisfies z.ZodMiniType<ServiceSpec>;

const artifact = z.union([
  z.object({ version: z.string() }),
  z.object({ s3: z.object({ bucket: z.string(), key: z.string(), objectVersion: z.optional(z.string()) }) }),
  z.object({ image: z.string() }),
]) satisfies z.ZodMiniType<Artifact>;

const progress = z.object({
  stepIndex: z.number(),
  stepStartedAt: z.number(),
  pausedAt: z.nullable(z.number()),
  extensions: z.number(),
}) satisfies z.ZodMiniType<Progress>;

const signal = z.object({
  kind: z.enum([...RETREATS, ...ADVANCES]),
  because: z.string(),
  by: z.string(),
  at: z.number(),
}) satisfies z.ZodMiniType<Signal>;

export const specText = jsonText<ServiceSpec>(spec);
export const artifactText = jsonText<Artifact>(artifact);
export const stepsText = jsonText<readonly Step[]>(z.array(step));
export const progressText = jsonText<Progress>(progress);
export const signalText = jsonText<Signal>(signal);
export const namesText = jsonText<readonly string[]>(z.array(z.string()));
export const dataText = jsonText<Readonly<Record<string, unknown>>>(z.record(z.string(), z.unknown()));
export const headersText = jsonText<Readonly<Record<string, string>>>(z.record(z.string(), z.string()));

/** A text column that holds one JSON document of the given schema. */
function jsonText<T>(schema: z.ZodMiniType<T>) {
  return customType<{ data: T; driverData: string | null }>({
    dataType: () => 'text',
    // A placeholder's null comes here too, and must stay SQL's null.
    toDriver: (value) => (value === null ? null : JSON.stringify(value)),
    fromDriver: (text) => parsed(schema, text ?? 'null'),
  });
}

function parsed<T>(schema: z.ZodMiniType<T>, text: string): T {
  try {
    return schema.parse(JSON.parse(text));
  } catch (cause) {
    throw new SlipwayError(
      'Broken',
      `A document in the database cannot be read: ${text.slice(0, 200)}. It was written by another version or by hand; restore the row from its timeline or a backup.`,
      { cause },
    );
  }
}
