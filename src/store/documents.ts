/**
 * The JSON documents in the ledger's text columns. Each is validated whenever it is read: a row comes from outside,
 * like any other input.
 */
import * as z from 'zod/mini';
import type { Artifact, Progress } from '../domain/deployment/deployment.ts';
import { REQUESTED_ACTIONS } from '../domain/deployment/requested-action.ts';
import { ADVANCES, RETREATS, type Signal } from '../domain/deployment/signal.ts';
import { SlipwayError } from '../domain/errors.ts';
import type { Fingerprint, Fingerprints } from '../domain/lambda/fingerprint.ts';
import { STAGE_STATUSES, type StageRun } from '../domain/pipeline/pipeline-run.ts';
import type { Judge, ServiceSpec } from '../domain/service/service-spec.ts';
import type { Step } from '../domain/service/strategy.ts';
import type { Baseline } from '../domain/verdict/baseline.ts';
import type { BrakeOrder } from '../domain/workload/brake-order.ts';
import type { KeptLooks } from '../domain/workload/canary-pods.ts';
import { readsAll } from '../spec/reads-all.ts';
import { ServiceSpecForm } from '../spec/service-spec.ts';
import { StepForm } from '../spec/strategy.ts';

const artifact = readsAll<Artifact>()(
  z.union([
    z.object({ version: z.string() }),
    z.object({ s3: z.object({ bucket: z.string(), key: z.string(), objectVersion: z.optional(z.string()) }) }),
    z.object({ image: z.string() }),
  ]),
);

const brake = readsAll<BrakeOrder>()(
  z.object({
    ref: z.object({
      apiVersion: z.string(),
      kind: z.string(),
      metadata: z.object({ name: z.string(), namespace: z.exactOptional(z.string()) }),
    }),
    patch: z.array(z.object({ op: z.enum(['test', 'add', 'replace']), path: z.string(), value: z.unknown() })),
  }),
);

const pods = readsAll<KeptLooks>()(
  z.object({
    atPercent: z.number(),
    needs: z.number(),
    restartsBefore: z.object({ canary: z.number(), stable: z.number() }),
    unwellSince: z.nullable(z.number()),
    looks: z.array(
      z.object({
        at: z.number(),
        kind: z.enum(['healthy', 'unhealthy', 'inconclusive']),
        rule: z.string(),
        because: z.string(),
        holds: z.optional(z.literal(true)),
      }),
    ),
    byTaskAt: z.optional(z.number()),
  }),
);

const progress = readsAll<Progress>()(
  z.object({
    stepIndex: z.number(),
    stepStartedAt: z.number(),
    pausedAt: z.nullable(z.number()),
    extensions: z.number(),
    others: z.optional(z.string()),
    evidenceFrom: z.optional(z.number()),
    undoSeenAt: z.optional(z.number()),
    missingAlarms: z.optional(z.array(z.string())),
    pods: z.optional(pods),
    sharedAt: z.optional(z.number()),
    isForced: z.optional(z.boolean()),
    isCanaryBad: z.optional(z.boolean()),
    isHotfix: z.optional(z.boolean()),
    brake: z.optional(brake),
    brakedFrom: z.optional(z.number()),
    approval: z.optional(z.object({ stepIndex: z.number(), by: z.string() })),
    requests: z.optional(
      z.array(z.object({ what: z.enum(REQUESTED_ACTIONS), by: z.string(), key: z.string(), at: z.number() })),
    ),
  }),
);

const signal = readsAll<Signal>()(
  z.object({
    kind: z.enum([...RETREATS, ...ADVANCES]),
    because: z.string(),
    by: z.string(),
    at: z.number(),
    step: z.optional(z.number()),
  }),
);

const stageRun = readsAll<StageRun>()(
  z.object({
    name: z.string(),
    status: z.enum(STAGE_STATUSES),
    startedAt: z.nullable(z.number()),
    endedAt: z.nullable(z.number()),
  }),
);

const history = z.nullable(z.object({ rate: z.number(), burstiness: z.number() }));
const baseline = readsAll<Baseline>()(
  z.object({ latenciesMs: z.array(z.number()), histories: z.record(z.string(), history) }),
);

const fingerprint = readsAll<Fingerprint>()(
  z.object({ codeSha256: z.string(), settingsSha256: z.nullable(z.string()) }),
);
const fingerprints = readsAll<Fingerprints>()(
  z.object({ stable: z.nullable(fingerprint), canary: z.nullable(fingerprint) }),
);

// These documents never change after a deployment is opened, and many rows of a page share them. So each text is parsed
// once.
export const parseSpec = remembering<ServiceSpec>(ServiceSpecForm, asNow);
export const parseArtifact = remembering<Artifact>(artifact);
export const parseSteps = remembering<readonly Step[]>(z.array(StepForm));
export const parseBaseline = remembering<Baseline>(baseline);
export const parseFingerprints = parsing<Fingerprints>(fingerprints);
export const parseCounts = parsing<readonly number[]>(z.array(z.number()));
export const parseProgress = parsing<Progress>(progress);
export const parseSignal = parsing<Signal>(signal);
export const parseStageRuns = parsing<readonly StageRun[]>(z.array(stageRun));
export const parseNames = parsing<readonly string[]>(z.array(z.string()));
export const parseData = parsing<Readonly<Record<string, unknown>>>(z.record(z.string(), z.unknown()));
export const parseHeaders = parsing<Readonly<Record<string, string>>>(z.record(z.string(), z.string()));

/** Upgrades a spec from before the sequential judge had these settings, so that it judges as it did then. */
function asNow(document: { readonly judge?: Partial<Judge> } | null): unknown {
  if (document?.judge?.kind !== 'sequential') return document;
  const metrics = [{ metric: 'errors', weight: 1, observedOnly: false }];
  const before = { metrics, periodSeconds: 60, endsBakesEarly: false, warmUp: { seconds: 60 } };
  return { ...document, judge: { ...before, ...document.judge } };
}

function parsing<T>(schema: z.ZodMiniType<T>, upgrade: (document: never) => unknown = asIs): (text: string) => T {
  return (text) => {
    try {
      return schema.parse(upgrade(JSON.parse(text) as never));
    } catch (cause) {
      throw new SlipwayError(
        'Broken',
        `A document in the database cannot be read: ${text.slice(0, 200)}. It was written by another version or by hand; restore the row from its timeline or a backup.`,
        { cause },
      );
    }
  };
}

function asIs(document: unknown): unknown {
  return document;
}

const REMEMBERED_TEXTS = 200;

/** Parses each text once. All readers get the same document, which is frozen. */
function remembering<T>(schema: z.ZodMiniType<T>, upgrade: (document: never) => unknown = asIs): (text: string) => T {
  const known = new Map<string, T>();
  const parse = parsing(schema, upgrade);
  return (text) => {
    const found = known.get(text);
    if (found !== undefined) return found;
    const document = deeplyFrozen(parse(text));
    const [oldest] = known.keys();
    if (known.size >= REMEMBERED_TEXTS && oldest !== undefined) known.delete(oldest);
    known.set(text, document);
    return document;
  };
}

function deeplyFrozen<T>(value: T): T {
  if (typeof value === 'object' && value !== null) Object.values(value).forEach(deeplyFrozen);
  return Object.freeze(value);
}
