/**
 * The schemas of the API's answers, for the OpenAPI document and the client's types. Lambda bundles do not contain
 * them.
 */
import * as z from 'zod/mini';
import { ENDED, IN_FLIGHT } from '../../domain/deployment/deployment.ts';
import { ADVANCES, RETREATS } from '../../domain/deployment/signal.ts';
import { ENTRY_KINDS } from '../../domain/deployment/timeline.ts';
import { WrittenSpecSchema } from '../spec/service-spec.ts';
import type { WrittenSpec } from '../spec/written-alarms.ts';

const Time = z.iso.datetime().check(z.describe('ISO 8601, in UTC.'));
const nullable = <T extends z.ZodMiniType>(type: T) => z.nullable(type);
const list = <T extends z.ZodMiniType>(type: T) => z.readonly(z.array(type));
const Link = z.string().check(z.describe('A path on this server.'));

const Step = z
  .union([
    z.object({ setWeight: z.int() }),
    z.object({ bake: z.record(z.string(), z.int()) }),
    z.object({ judge: z.object({}) }),
    z.object({ approve: z.object({ within: z.record(z.string(), z.int()) }) }),
  ])
  .check(z.meta({ id: 'Step' }));

const ACTIONS = ['approve', 'promote', 'pause', 'resume', 'skip', 'abort', 'retry', 'rollback'] as const;
const Action = z.object({ do: z.enum(ACTIONS), method: z.literal('POST'), href: Link });
export type Action = z.output<typeof Action>;

const Artifact = z.union([
  z.object({ version: z.string() }),
  z.object({ s3: z.object({ bucket: z.string(), key: z.string(), objectVersion: z.optional(z.string()) }) }),
  z.object({ image: z.string() }),
]);

const Signal = z.object({ kind: z.enum([...RETREATS, ...ADVANCES]), because: z.string(), by: z.string(), at: Time });

export const deploymentFields = {
  id: z.string(),
  service: z.string(),
  kind: z.enum(['rollout', 'rollback']),
  status: z.enum([...IN_FLIGHT, ...ENDED]),
  because: nullable(z.string()).check(z.describe('Why it goes back, is held, or ended as it did.')),
  atPercent: z.number().check(z.describe('Share of live calls on the new version, 0 to 100.')),
  stable: nullable(z.string()).check(z.describe('The version that holds the rest of the traffic.')),
  canary: nullable(z.string()).check(z.describe('The version that is tried; null until it is published.')),
  artifact: Artifact,
  commit: nullable(z.string()),
  reason: nullable(z.string()),
  by: z.string(),
  steps: list(Step),
  step: nullable(
    z.object({
      number: z.int(),
      of: z.int(),
      inWords: z.string(),
      endsAt: nullable(Time).check(
        z.describe('When the bake, approval or hold ends at the latest; null for a step without a known end.'),
      ),
    }),
  ).check(
    z.describe(
      'The step in progress, counted from 1; null when no step is in progress: the deployment has ended, is being promoted, or is a rollback.',
    ),
  ),
  signal: nullable(Signal).check(z.describe('What somebody asked for and is not taken up yet, or why it goes back.')),
  ignoredAlarms: list(z.string()),
  specRevision: z.int(),
  openedAt: Time,
  deadlineAt: Time,
  settledAt: nullable(Time),
  watchUntil: nullable(Time),
  replaces: nullable(z.string()),
  replacedBy: nullable(z.string()),
  links: z.object({ self: Link, timeline: Link, explain: Link }),
  actions: list(Action).check(z.describe('What can be done with it now.')),
};
export const DeploymentView = z.object(deploymentFields).check(z.meta({ id: 'Deployment' }));
export type DeploymentView = z.output<typeof DeploymentView>;

export const TimelineEntryView = z
  .object({
    sequence: z.int(),
    at: Time,
    kind: z.enum(ENTRY_KINDS),
    by: z.string(),
    because: z.string(),
    data: z.record(z.string(), z.unknown()),
  })
  .check(z.meta({ id: 'TimelineEntry' }));
export type TimelineEntryView = z.output<typeof TimelineEntryView>;

export const DeploymentPage = z.object({ items: list(DeploymentView), nextCursor: nullable(z.string()) });

export const FindingView = z
  .object({
    severity: z.enum(['error', 'warning']),
    check: z.string(),
    subject: z.string(),
    detail: z.string().check(z.describe('The fact and the next step.')),
  })
  .check(z.meta({ id: 'Finding' }));
const Unchanged = z.object({
  outcome: z.literal('unchanged'),
  service: z.string(),
  version: z.string().check(z.describe('The version that is live.')),
  because: z.string(),
});
export const UnchangedView = Unchanged.check(
  z.meta({ id: 'Unchanged', description: 'What was asked for is live already: nothing was deployed.' }),
);
export type UnchangedView = z.output<typeof UnchangedView>;
export const DryRun = z.object({ ...z.partial(Unchanged).shape, findings: list(FindingView), steps: list(Step) });
export const Findings = z.object({ findings: list(FindingView) });

/**
 * A service in an answer. Its spec is already complete and valid, so the type is written here and not derived from the
 * schema.
 */
export interface ServiceView {
  readonly name: string;
  readonly revision: number;
  readonly updatedAt: string;
  readonly updatedBy: string;
  readonly spec: WrittenSpec;
  readonly links: { readonly self: string };
}
export const ServiceView: z.ZodMiniType<ServiceView> = z
  .object({
    name: z.string(),
    revision: z.int(),
    updatedAt: Time,
    updatedBy: z.string(),
    spec: WrittenSpecSchema,
    links: z.object({ self: Link }),
  })
  .check(z.meta({ id: 'Service' }));
export const ServiceList = z.object({ items: list(ServiceView) });

export const Health = z.object({ status: z.literal('ok'), version: z.string() });
export const Readiness = z.object({
  ready: z.boolean(),
  parts: list(z.object({ name: z.string(), ok: z.boolean(), detail: z.string() })),
});

const FieldProblem = z.object({ pointer: z.string(), detail: z.string() });
export const ProblemView = z
  .object({
    type: z.string(),
    title: z.string(),
    status: z.int(),
    detail: z.string().check(z.describe('The fact and the next step.')),
    requestId: z.string(),
    errors: z.optional(list(FieldProblem)),
    findings: z.optional(list(FindingView)),
    deployment: z.optional(Link.check(z.describe('The deployment that is in the way.'))),
    release: z.optional(Link.check(z.describe('Ends the quarantine of the revision, by POST.'))),
    parts: z.optional(Readiness.shape.parts),
  })
  .check(z.meta({ id: 'Problem', description: 'RFC 9457.' }));
