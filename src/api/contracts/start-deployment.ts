import * as z from 'zod/mini';
import type { StartDeploymentResult } from '../../domain/pipeline/run-results.ts';
import { specProblems } from '../../domain/preflight/spec-problems.ts';
import type { ServiceSpec } from '../../domain/service/service-spec.ts';
import { Artifact } from '../fields/artifact.ts';
import { shown } from '../fields/messages.ts';
import { Reason, Revision, ServiceName, Version } from '../fields/request-fields.ts';
import type { Contract } from '../route/contract.ts';
import { StrategySchema } from '../spec/strategy.ts';
import { runAccepted } from '../views/present-pipeline-run.ts';
import { started } from '../views/started.ts';

export const StartDeploymentBody = z
  .strictObject({
    service: ServiceName,
    version: z.optional(
      Version.check(
        z.describe(
          'A version that is published, by its number or its ARN; or "latest": what is in $LATEST is published first. Short for the artifact {"version": ...}.',
        ),
      ),
    ),
    artifact: z.optional(Artifact.check(z.describe('A published version, or code from which one is published.'))),
    revision: z.optional(
      Revision.check(z.describe('A commit that the pipeline builds, tests, scans and then delivers.')),
    ),
    commit: z.optional(z.string().check(z.minLength(1), z.maxLength(200))),
    strategy: z.optional(StrategySchema),
    reason: z.optional(Reason),
    dryRun: z.optional(z.boolean().check(z.describe('Only check, and say what would be done.'))),
    supersede: z.optional(z.boolean().check(z.describe('Take the place of a deployment that is in flight.'))),
    hotfix: z.optional(
      z
        .boolean()
        .check(
          z.describe(
            'Deploy although an alarm is red; it does not count against this deployment. On a cluster, also take over the fields of its objects that somebody else has set by hand.',
          ),
        ),
    ),
  })
  .check(
    z.check(({ value, issues }) => {
      if (issues.length > 0) return;
      const { strategy } = value;
      for (const { field, message } of subjectProblems(value)) {
        issues.push({ code: 'custom', path: [field], input: shown(value[field]), message });
      }
      for (const { pointer, detail } of strategy === undefined ? [] : strategyProblems(strategy)) {
        issues.push({ code: 'custom', path: pointer.split('/').slice(1), input: strategy, message: detail });
      }
    }),
  );

const SUBJECTS = ['version', 'artifact', 'revision'] as const;
/** Fields that a pipeline run cannot carry to the deployment at its end. */
const NOT_FOR_A_REVISION = ['commit', 'strategy', 'dryRun', 'supersede', 'hotfix'] as const;

type Given = Readonly<Partial<Record<(typeof SUBJECTS)[number] | (typeof NOT_FOR_A_REVISION)[number], unknown>>>;

function subjectProblems(value: Given) {
  const named = SUBJECTS.filter((subject) => value[subject] !== undefined);
  if (named.length !== 1) {
    const found = named.length === 0 ? 'neither a version nor an artifact nor a revision' : named.join(' and ');
    const message = `The request names ${found}. Name exactly one of them.`;
    return [{ field: named.at(-1) ?? 'version', message } as const];
  }
  if (value.revision === undefined) return [];
  const message =
    'A revision goes through the pipeline, which deploys as the spec of the service says. Leave this field out.';
  return NOT_FOR_A_REVISION.filter((field) => value[field] !== undefined).map((field) => ({ field, message }));
}

const NO_HOOKS = { beforeTraffic: [], afterTraffic: [] };

/** Checks only the rules that need no service spec. The operation checks whether the deadline is long enough. */
function strategyProblems(strategy: ServiceSpec['strategy']) {
  const others = { alarms: [], judge: { kind: 'alarms-only' }, noData: 'hold', hooks: NO_HOOKS } as const;
  return specProblems({ strategy, ...others, deadline: { hours: 1_000_000 } });
}

export const startDeploymentContract = {
  name: 'startDeployment',
  method: 'POST',
  path: '/deploy',
  summary: 'Deploy a version of a service',
  needs: 'deployer',
  about: 'service',
  body: StartDeploymentBody,
  respond: (result: StartDeploymentResult) =>
    result.outcome === 'pipelineStarted' ? runAccepted(result.run) : started(result),
} as const satisfies Contract;
