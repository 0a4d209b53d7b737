/** The timeline of a deployment as terminal lines. */
import { styleText } from 'node:util';
import { visibleText } from '../../api/fields/visible-text.ts';
import type { EntryKind, TimelineEntry } from '../../domain/deployment/timeline.ts';

type Style = 'green' | 'red' | 'yellow' | 'cyan';

/**
 * ` 12.3 s checkout traffic taken back Alarm checkout-errors turned red (0 %)`. The time is counted from `startedAt`.
 */
export function timelineLine(
  entry: Pick<TimelineEntry, 'at' | 'kind' | 'because' | 'data'>,
  startedAt: number,
): string {
  const seconds = ((entry.at - startedAt) / 1_000).toFixed(1).padStart(6);
  const percent = entry.data.canaryPercent;
  const share = typeof percent === 'number' ? `  (${percent} %)` : '';
  return `  ${styleText('dim', `${seconds} s`)}  ${styleText(styleOf(entry.kind), inWords(entry.kind).padEnd(24))}${indented(entry.because)}${share}`;
}

/** A reason of several lines stays below itself, so that none of its lines looks like an entry. */
function indented(because: string): string {
  return visibleText(because).replaceAll('\n', `\n${' '.repeat(36)}`);
}

function inWords(kind: EntryKind): string {
  return kind.replace(/(?<=[a-z])(?=[A-Z])/g, ' ').toLowerCase();
}

export function styleOf(kind: EntryKind): Style {
  switch (kind) {
    case 'Promoted':
    case 'DeploymentPromoted':
    case 'DeploymentUnchanged':
    case 'HookPassed':
    case 'PipelineStageSucceeded':
    case 'PipelineBuildSucceeded':
    case 'RevisionReleased':
      return 'green';
    case 'TrafficTakenBack':
    case 'DeploymentRolledBack':
    case 'DeploymentFailed':
    case 'HookFailed':
    case 'FirstErrorSeen':
    case 'TaskFailed':
    case 'RollBackFailed':
    case 'ExecutionAbandoned':
    case 'TrafficMovedByOthers':
    case 'AlarmsMissing':
    case 'PipelineStageFailed':
    case 'PipelineActionFailed':
    case 'PipelineBuildFailed':
      return 'red';
    case 'HoldStarted':
    case 'ApprovalRequested':
    case 'ApprovalGiven':
    case 'StepDelayed':
    case 'JudgeWaits':
    case 'SignalReceived':
    case 'SignalTakenUp':
    case 'DeploymentSuperseded':
    case 'WatchEnded':
    case 'PipelineStageStopped':
    case 'RevisionQuarantined':
      return 'yellow';
    case 'DeploymentOpened':
    case 'RolloutPlanned':
    case 'VersionPublished':
    case 'TrafficShifted':
    case 'BakeStarted':
    case 'VerdictReached':
    case 'PipelineRequested':
    case 'PipelineStarted':
    case 'PipelineStageStarted':
    case 'PipelineEnded':
    case 'DeliveryOpened':
      return 'cyan';
  }
}
