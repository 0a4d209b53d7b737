/** The schemas of the orders to a cluster's task and of its results. Both cross an edge, so both are parsed. */
import * as z from 'zod/mini';
import type {
  AboutCanary,
  CallsLeft,
  ClusterOrder,
  ClusterResult,
  WantedVersion,
} from '../../domain/orders/cluster-order.ts';
import type { Manifests, WorkloadTarget } from '../../domain/service/service-spec.ts';
import type { BrakeOrder } from '../../domain/workload/brake-order.ts';
import type { CanaryLook } from '../../domain/workload/canary-pods.ts';
import {
  FolderForm,
  KubernetesTargetForm,
  ObjectRouteForm,
  PodRouteForm,
  RenderedForm,
} from '../../spec/kubernetes-target.ts';
import { readsAll } from '../../spec/reads-all.ts';

const dnsLabel = z.string().check(z.regex(/^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/));
const version = z.string().check(z.minLength(1), z.maxLength(63));
const image = z.string().check(z.minLength(1), z.maxLength(2_000));
const percent = z.number().check(z.minimum(0), z.maximum(100));
const replicas = z.int().check(z.minimum(0), z.maximum(1_000));

// The task puts these names into commands and paths.
const Target = readsAll<WorkloadTarget>()(
  z.extend(z.omit(KubernetesTargetForm, { manifests: true, metricsFrom: true }), {
    namespace: dnsLabel,
    workload: dnsLabel,
    route: z.union([PodRouteForm, z.extend(ObjectRouteForm, { name: dnsLabel })]),
  }),
);

const ManifestsGiven = readsAll<Manifests>()(
  z.union([
    z.extend(RenderedForm, { port: z.int(), replicas }),
    z.extend(FolderForm, { container: z.optional(dnsLabel) }),
  ]),
);

const Wanted = z.union([z.object({ image }), z.object({ version })]) satisfies z.ZodMiniType<WantedVersion>;

const clears = z.array(z.string());
const whose = {
  deploymentId: z.string().check(z.minLength(1), z.maxLength(80)),
  fence: z.number(),
  service: z.string().check(z.minLength(1), z.maxLength(63)),
  target: Target,
};
const takesOver = z.optional(z.boolean());
const weights = {
  ...whose,
  stable: version,
  canary: version,
  canaryPercent: percent,
  revision: z.string(),
  takesOver,
};

const About = readsAll<AboutCanary>()(
  z.object({ stable: version, canary: version, canaryPercent: percent, isLed: z.optional(z.boolean()) }),
);

export const ClusterTaskOrder = z.discriminatedUnion('do', [
  z.object({
    ...whose,
    do: z.literal('plan'),
    wanted: Wanted,
    manifests: ManifestsGiven,
    weights: z.array(percent),
    clears,
    takesOver,
  }),
  z.object({ ...weights, do: z.literal('setWeight') }),
  z.object({ ...weights, do: z.literal('promote') }),
  z.object({
    ...whose,
    do: z.literal('takeBack'),
    stable: z.nullable(version),
    canary: z.nullable(version),
    clears,
    // An order that was under way while Slipway was upgraded does not have this field.
    isCanaryBad: z._default(z.boolean(), false),
  }),
  z.object({ ...whose, do: z.literal('restart'), at: z.int() }),
  z.object({ ...whose, do: z.literal('scale'), replicas }),
  z.object({ ...whose, do: z.literal('status'), about: z.optional(About) }),
  z.object({ ...whose, do: z.literal('diff'), wanted: Wanted, manifests: ManifestsGiven }),
]) satisfies z.ZodMiniType<ClusterOrder>;

const Pods = z.object({
  wanted: z.number(),
  ready: z.number(),
  available: z.number(),
  waiting: z.number(),
  restarts: z.number(),
  restartedAt: z.nullable(z.number()),
  unreadySince: z.nullable(z.number()),
  minReadySeconds: z.number(),
  because: z.nullable(z.string()),
});
const Shares = z.object({
  canary: z.number(),
  stable: z.number(),
  others: z.number(),
  lost: z.number(),
  unanswered: z.number(),
});
const Share = z.object({ received: Shares, led: Shares, strangers: z.array(z.string()), precision: z.number() });
const Look = z.object({
  at: z.number(),
  canary: Pods,
  stable: Pods,
  share: z.nullable(Share),
}) satisfies z.ZodMiniType<CanaryLook>;

const act = z.enum(['plan', 'setWeight', 'promote', 'takeBack', 'restart', 'scale', 'status', 'diff']);

const Brake = z.object({
  ref: z.object({
    apiVersion: z.string(),
    kind: z.string(),
    metadata: z.object({ name: z.string(), namespace: z.exactOptional(z.string()) }),
  }),
  patch: z.array(z.object({ op: z.enum(['test', 'add', 'replace']), path: z.string(), value: z.unknown() })),
}) satisfies z.ZodMiniType<BrakeOrder>;

const cleared = z.nullable(z.object({ deploymentId: z.string(), percent, revision: z.string() }));

export const ClusterTaskResult = z.discriminatedUnion('ok', [
  z.object({
    do: act,
    ok: z.literal(true),
    revision: z.nullable(z.string()),
    stable: version,
    version: z.nullable(version),
    percent,
    foundPercent: z.nullable(percent),
    cleared,
    pods: z.array(z.object({ version: z.string(), ready: z.number(), total: z.number() })),
    notes: z.array(z.string()),
    wasNeverReady: z.optional(z.boolean()),
    alone: z.optional(z.enum(['scaledToNone', 'unready'])),
    brake: z.optional(z.nullable(Brake)),
    look: z.optional(Look),
  }),
  z.object({
    do: act,
    ok: z.literal(false),
    error: z.object({
      name: z.enum(['InvalidRequest', 'Forbidden', 'NotFound', 'Conflict', 'Transient', 'Broken']),
      message: z.string(),
      details: z.record(z.string(), z.unknown()),
    }),
  }),
]) satisfies z.ZodMiniType<ClusterResult>;

/** Where the calls are, in the details of a failed rollback. */
export const FailedWayBack = z.object({
  left: z.object({
    revision: z.string(),
    stable: z.string(),
    cleared,
    percent,
    foundPercent: z.nullable(percent),
    stays: z.boolean(),
  }) satisfies z.ZodMiniType<CallsLeft>,
});
