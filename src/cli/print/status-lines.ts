/** The status of services for a person. */
import { styleText } from 'node:util';
import type { LinesOrder } from './deployment-lines.ts';
import { colouredStatus, progressInWords, statusInWords, versionsInWords } from './deployment-words.ts';
import { fittedTable } from './fitted-table.ts';
import { NO_SERVICES } from './service-lines.ts';
import type { ServiceStatus } from './service-status.ts';
import { age, ago, clockTime } from './times.ts';
import { wrapped } from './wrapped.ts';

export function statusLines(
  { service, live, liveSince, inFlight, latest }: ServiceStatus,
  { width, now }: LinesOrder,
): string[] {
  const since = liveSince === null ? '' : ` since ${clockTime(liveSince)}, ${ago(liveSince, now)}`;
  const sentences = [
    live === null ? 'Slipway has no record of the version that is live.' : `Version ${live} is live${since}.`,
    ...(inFlight === null
      ? []
      : [
          `In flight: ${versionsInWords(inFlight)}, ${statusInWords(inFlight)}, ${progressInWords(inFlight)}: ${inFlight.id}`,
        ]),
    ...(latest === null || latest === inFlight || inFlight?.id === latest.id
      ? []
      : [
          `Latest: ${latest.id}, ${statusInWords(latest)} ${ago(latest.settledAt, now)}. ${latest.because ?? ''}`.trimEnd(),
        ]),
  ];
  const state = latest === null ? 'never deployed' : colouredStatus(latest);
  return [
    `${styleText('bold', service)}  ${state}`,
    ...sentences.flatMap((sentence) => wrapped({ sentence, bullet: '  ', width })),
  ];
}

export function statusTable(services: readonly ServiceStatus[], { width, now }: LinesOrder): string[] {
  if (services.length === 0) return wrapped({ sentence: NO_SERVICES, width });
  const rows = services.map(({ service, live, liveSince, inFlight, latest }) => [
    service,
    live ?? '-',
    liveSince === null ? '-' : age(liveSince, now),
    inFlight === null ? '-' : `${versionsInWords(inFlight)} ${progressInWords(inFlight)}`,
    latest === null ? 'never deployed' : statusInWords(latest),
  ]);
  return fittedTable({ head: ['service', 'live', 'for', 'in flight', 'latest'], rows, width });
}
