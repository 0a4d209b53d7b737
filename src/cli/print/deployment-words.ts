/** A deployment in words. It reads an answer of any version of Slipway, so no field has to be there. */
import { styleText } from 'node:util';
import type { DeploymentView } from '../../api/views/views.ts';

export type Told = Partial<DeploymentView>;

const STATUS_WORDS: Readonly<Record<string, string>> = {
  opened: 'opened',
  rollingOut: 'rolling out',
  awaitingApproval: 'waits for an approval',
  paused: 'paused',
  rollingBack: 'rolling back',
  promoted: 'promoted',
  rolledBack: 'rolled back',
  superseded: 'superseded',
  failed: 'failed',
  unchanged: 'unchanged',
};

export function statusInWords({ status, kind }: Told): string {
  const words = STATUS_WORDS[status ?? ''] ?? status ?? 'unknown';
  return kind === 'rollback' && status === 'rolledBack' ? 'rollback done' : words;
}

export function colouredStatus(told: Told): string {
  return styleText(colourOf(told), statusInWords(told));
}

export function colourOf({ status, kind }: Told): 'green' | 'red' | 'yellow' | 'cyan' {
  switch (status) {
    case 'promoted':
    case 'unchanged':
      return 'green';
    case 'rolledBack':
    case 'rollingBack':
      return kind === 'rollback' ? 'green' : 'red';
    case 'failed':
      return 'red';
    case 'superseded':
    case 'awaitingApproval':
    case 'paused':
      return 'yellow';
    default:
      return 'cyan';
  }
}

/** `3 -> 4`. A version that is not published yet is its artifact. A rollback leads from the canary back to stable. */
export function versionsInWords(told: Told): string {
  if (told.kind === 'rollback' && told.stable != null && told.canary != null) return `${told.canary} -> ${told.stable}`;
  const to = told.canary ?? artifactInWords(told.artifact);
  return told.stable == null ? to : `${told.stable} -> ${to}`;
}

function artifactInWords(artifact: Told['artifact']): string {
  if (artifact === undefined) return '?';
  if ('image' in artifact) return artifact.image;
  if ('s3' in artifact) return `${artifact.s3.bucket}/${artifact.s3.key}`;
  return artifact.version;
}

/** `at 25 %, step 2 of 3: bake`. */
export function progressInWords({ atPercent, step }: Told): string {
  const share = atPercent === undefined ? '' : `at ${atPercent} %`;
  return step == null ? share : `${share}, step ${step.number} of ${step.of}: ${step.inWords}`;
}
