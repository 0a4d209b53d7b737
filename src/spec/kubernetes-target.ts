/** The normal form of a target on Kubernetes, of how its calls are split and of what its manifests are made from. */
import * as z from 'zod/mini';
import {
  type KubernetesTarget,
  type Manifests,
  OBJECT_ROUTES,
  POD_ROUTES,
  type Route,
} from '../domain/service/service-spec.ts';
import { DurationForm } from './duration.ts';
import { readsAll } from './reads-all.ts';

export const PodRouteForm = z.object({ kind: z.enum(POD_ROUTES) });
export const ObjectRouteForm = z.object({ kind: z.enum(OBJECT_ROUTES), name: z.string() });
export const RouteForm = readsAll<Route>()(z.union([PodRouteForm, ObjectRouteForm]));

export const RenderedForm = z.object({
  port: z.number(),
  replicas: z.number(),
  environment: z.record(z.string(), z.string()),
  secrets: z.array(z.string()),
});
export const FolderForm = z.object({ folder: z.string(), container: z.optional(z.string()) });
export const ManifestsForm = readsAll<Manifests>()(z.union([RenderedForm, FolderForm]));

export const OwnMetricsForm = z.object({ kind: z.literal('slipway') });
export const TargetGroupsForm = z.object({
  kind: z.literal('targetGroups'),
  loadBalancer: z.string(),
  stable: z.string(),
  canary: z.string(),
});

export const KubernetesTargetForm = readsAll<KubernetesTarget>()(
  z.object({
    kind: z.literal('kubernetes'),
    cluster: z.string(),
    namespace: z.string(),
    workload: z.string(),
    route: RouteForm,
    manifests: ManifestsForm,
    readyWithin: DurationForm,
    metricsFrom: z.optional(z.discriminatedUnion('kind', [OwnMetricsForm, TargetGroupsForm])),
  }),
);
