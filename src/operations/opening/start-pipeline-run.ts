/** POST /deploy with a revision. The pipeline builds, tests and scans that commit, and delivers the result. */
import { SlipwayError } from '../../domain/errors.ts';
import { newRun, type PipelineRun } from '../../domain/pipeline/pipeline-run.ts';
import type { Clock } from '../../ports/clock.ts';
import type { PipelineRuns } from '../../ports/pipeline-runs.ts';
import type { Pipelines } from '../../ports/pipelines.ts';
import type { Services } from '../../ports/services.ts';

export interface StartPipelineRunPorts {
  readonly services: Pick<Services, 'read'>;
  readonly pipelines: Pipelines;
  readonly pipelineRuns: PipelineRuns;
  readonly clock: Clock;
}

export interface StartPipelineRunInput {
  readonly service: string;
  readonly revision: string;
  readonly reason?: string | undefined;
  readonly by: string;
  readonly requestKey: string | null;
}

export async function startPipelineRun(
  { services, pipelines, pipelineRuns, clock }: StartPipelineRunPorts,
  { service, revision, reason, by, requestKey }: StartPipelineRunInput,
): Promise<PipelineRun> {
  // The service must be registered; otherwise the run would fail half an hour later.
  await services.read(service);
  if (pipelines.service !== service) throw noPipelineFor(service, { pipelines });
  const held = await pipelineRuns.listQuarantined(service);
  const quarantined = held.find((run) => run.revision === revision);
  if (quarantined !== undefined) throw revisionIsQuarantined(quarantined);

  const id = await pipelines.start({ revision, once: requestKey === null ? null : JSON.stringify([by, requestKey]) });
  const unknown = newRun({ id, service, at: clock.now() });
  // Events of the run may have been recorded already. They cannot say who asked for the run, and why.
  const recorded = await pipelineRuns.record(id, (known) => {
    // The same caller asked for the run before, with the same key.
    if (known !== null && known.by === by && known.revision === revision) return null;
    const because = reason ?? 'No reason was given.';
    return {
      run: { ...(known ?? unknown), revision, by, reason: reason ?? null },
      entries: [{ kind: 'PipelineRequested', by, because, data: { revision } }],
    };
  });
  return recorded ?? unknown;
}

export function noPipelineFor(
  service: string,
  { pipelines }: { readonly pipelines: Pick<Pipelines, 'service'> },
): SlipwayError {
  const fact =
    pipelines.service === null
      ? 'This Slipway has no pipeline. Install it with the parameter codeConnectionArn,'
      : `The pipeline of this Slipway delivers ${pipelines.service}, not ${service}. Name that one,`;
  return new SlipwayError('Conflict', `${fact} or deploy a version or an artifact of ${service}.`);
}

function revisionIsQuarantined({ service, revision, id, quarantinedFor }: PipelineRun): SlipwayError {
  return new SlipwayError(
    'Conflict',
    `Revision ${revision} is quarantined since ${quarantinedFor} (run ${id}). Deploy a later one, or POST /services/${service}/release first.`,
    { details: { release: `/services/${service}/release` } },
  );
}
