/** The last lines of a watch, which stay in the terminal: what became of the deployment, why, and how to come back. */
import { statusInWords, versionsInWords } from '../print/deployment-words.ts';
import { spanInWords } from '../print/times.ts';
import { wrapped } from '../print/wrapped.ts';
import type { Followed } from './seen.ts';

export function outcomeLines({ how, deployment }: Followed, columns: number): string[] {
  return sentencesFor({ how, deployment }).flatMap((sentence) => wrapped({ sentence, width: columns }));
}

function sentencesFor({ how, deployment }: Followed): string[] {
  const { id, service, atPercent, step } = deployment;
  const where = `${service} ${versionsInWords(deployment)}`;
  const back = `Come back: slipway watch ${id}`;
  switch (how) {
    case 'ended':
      return endedSentences(deployment);
    case 'timeout':
      return [`The time is over, and the deployment goes on: ${where}, at ${atPercent} %.`, back];
    case 'approval':
      return [
        `${where} waits for an approval at ${atPercent} %, step ${step?.number ?? '?'} of ${step?.of ?? '?'}.`,
        `Approve it: slipway approve ${id} --step ${step?.number ?? 'N'}`,
      ];
    case 'left':
      return [`The deployment goes on without this watch: ${where}, at ${atPercent} %.`, back];
  }
}

function endedSentences({
  id,
  service,
  kind,
  status,
  because,
  openedAt,
  settledAt,
  replacedBy,
  ...told
}: Followed['deployment']) {
  const took = settledAt == null ? '' : ` after ${spanInWords(Date.parse(settledAt) - Date.parse(openedAt))}`;
  const words = statusInWords({ kind, status });
  const next = replacedBy === null ? [] : [`${replacedBy} took its place: slipway watch ${replacedBy}`];
  return [
    `${service} ${versionsInWords({ kind, ...told })}: ${words}${took}.${because === null ? '' : ` ${because}`}`,
    ...next,
    ...(status === 'promoted' || status === 'unchanged' ? [] : [`Why: slipway explain ${id}`]),
  ];
}
