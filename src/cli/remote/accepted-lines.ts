/** What is said of a deployment that goes on: its id, its link, and how to come back to it. */
import type { Told } from '../print/deployment-words.ts';
import { versionsInWords } from '../print/deployment-words.ts';
import { wrapped } from '../print/wrapped.ts';

export interface AcceptedOrder {
  readonly url: string;
  readonly width: number;
}

export function acceptedLines(told: Told, { url, width }: AcceptedOrder): string[] {
  const { id = '?', service = '?', links } = told;
  return [
    ...wrapped({ sentence: `${service}: ${versionsInWords(told)} goes on as ${id}`, width }),
    ...(links === undefined ? [] : [`  ${url}${links.self}`]),
    `  slipway watch ${id}`,
  ];
}
