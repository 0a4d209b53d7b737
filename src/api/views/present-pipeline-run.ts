/** Converts a pipeline run to the form of the API. */

import type { TimelineEntry } from '../../domain/deployment/timeline.ts';
import type { PipelineRun } from '../../domain/pipeline/pipeline-run.ts';
import type { Reply } from '../route/contract.ts';
import type { PipelineRunView, PipelineRunWithTimeline } from './pipeline-views.ts';
import { deploymentLink, isoTime, isoTimeOrNull, presentEntry } from './present.ts';

/** Status 202: the run goes on long after this answer. */
export function runAccepted(run: PipelineRun): Reply {
  return { status: 202, headers: { location: pipelineRunLink(run.id) }, body: presentRun(run) };
}

export function presentPipelineRun(run: PipelineRun, timeline: readonly TimelineEntry[]): PipelineRunWithTimeline {
  return { ...presentRun(run), timeline: timeline.map(presentEntry) };
}

function presentRun(run: PipelineRun): PipelineRunView {
  const { id, service, revision, status, quarantine, by, reason, deploymentId } = run;
  const self = pipelineRunLink(id);
  return {
    id,
    service,
    revision,
    status,
    quarantine,
    by,
    reason,
    stages: run.stages.map((stage) => ({
      ...stage,
      startedAt: isoTimeOrNull(stage.startedAt),
      endedAt: isoTimeOrNull(stage.endedAt),
    })),
    startedAt: isoTime(run.startedAt),
    endedAt: isoTimeOrNull(run.endedAt),
    links: {
      self,
      deployment: deploymentId === null ? null : deploymentLink(deploymentId),
      release: quarantine === 'inForce' ? `/services/${service}/release` : null,
    },
  };
}

export function pipelineRunLink(id: string): string {
  return `/pipeline-runs/${id}`;
}
