/** A run of the pipeline for a person. */
import { styleText } from 'node:util';
import type { PipelineRunWithTimeline } from '../../api/views/pipeline-views.ts';
import type { LinesOrder } from './deployment-lines.ts';
import { fittedTable } from './fitted-table.ts';
import { ago, clockTime } from './times.ts';
import { wrapped } from './wrapped.ts';

type Run = Partial<PipelineRunWithTimeline>;

/** `checkout 1f2e3d4: running, Build succeeded, Test running`. */
export function runLine({ service = '?', revision, status, stages = [] }: Run): string {
  const last = stages.map(({ name, status }) => `${name} ${status}`);
  return [`${service} ${short(revision)}: ${status ?? 'unknown'}`, ...last].join(', ');
}

export function runLines(run: Run, { width, now }: LinesOrder): string[] {
  const {
    id = '?',
    service = '?',
    revision,
    status = 'unknown',
    stages = [],
    by,
    reason,
    startedAt,
    links,
    timeline = [],
  } = run;
  const rows = stages.map((stage) => [stage.name, stage.status, clockTime(stage.startedAt), clockTime(stage.endedAt)]);
  const sentences = [
    `started ${clockTime(startedAt)}, ${ago(startedAt, now)}${by === undefined ? '' : `, by ${by}`}`,
    ...(reason == null ? [] : [`reason: ${reason}`]),
    ...(run.quarantine === 'inForce'
      ? [`quarantined: nothing gets into Deploy. slipway release ${service} --reason WHY`]
      : []),
    ...(links?.deployment == null ? [] : [`slipway watch ${links.deployment.replace('/deployments/', '')}`]),
  ];
  return [
    `${styleText('bold', service)} ${short(revision)}  ${status ?? 'unknown'}`,
    `  ${id}`,
    ...sentences.flatMap((sentence) => wrapped({ sentence, bullet: '  ', width })),
    ...(rows.length === 0 ? [] : ['', ...fittedTable({ head: ['stage', 'status', 'started', 'ended'], rows, width })]),
    ...(timeline.length === 0 ? [] : ['']),
    ...timeline.flatMap(({ at, because }) => wrapped({ sentence: `${clockTime(at)}  ${because}`, width })),
  ];
}

function short(revision: string | null | undefined): string {
  return revision?.slice(0, 12) ?? '(revision not known yet)';
}
