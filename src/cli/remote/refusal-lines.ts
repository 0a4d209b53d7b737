/** What a person reads when a server refuses a request or is not reached: the fact, its fields, and the next step. */
import { visibleText } from '../../api/fields/visible-text.ts';
import type { SlipwayError } from '../../domain/errors.ts';
import { ownVersion } from '../files/own-version.ts';
import { inCommands } from '../print/command-words.ts';
import { wrapped } from '../print/wrapped.ts';
import type { Connection } from './connection.ts';
import { EXIT_CODES, type ExitName } from './exit-codes.ts';

export interface Problem {
  readonly error: SlipwayError;
  /** Undefined when the command failed before it knew whom to call. */
  readonly connection: Connection | undefined;
}

export async function errorLines({ error, connection }: Problem, width: number): Promise<string[]> {
  const { message, details } = error;
  const sentences = [
    inCommands(message),
    ...(connection === undefined ? [] : whoIsAsked(error, connection)),
    ...(connection === undefined ? [] : await otherVersion(error, connection)),
  ];
  return [
    ...sentences.flatMap((sentence) => sentence.split('\n').flatMap((one) => wrapped({ sentence: one, width }))),
    ...partsOf(details, message).flatMap((sentence) => wrapped({ sentence, bullet: '  ', width })),
  ].map(visibleText);
}

/** The same for a program. */
export function errorDocument({ name, message, details }: SlipwayError, exit: ExitName): object {
  const { status, errors, findings, deployment, release, requestId } = details;
  const said = { status, errors, findings, deployment, release, requestId };
  return { error: { name, detail: message, ...said }, exitCode: EXIT_CODES[exit].code };
}

/** A refused token and a server that is not there have the same next question: which one, and as whom? */
function whoIsAsked({ name, details: { status } }: SlipwayError, { url, token }: Connection): string[] {
  if (name === 'Forbidden')
    return [`Asked ${url}, with ${token.from}.${status === 401 ? ' See slipway login --help' : ''}`];
  return [];
}

/** A field or a route that only one of the two sides knows is refused, and the reason is their versions. */
async function otherVersion({ details: { status } }: SlipwayError, { url, oneTry }: Connection): Promise<string[]> {
  if (![400, 404, 405, 422].includes(Number(status))) return [];
  const server = await oneTry.readHealth().catch(() => null);
  const own = ownVersion();
  if (typeof server?.version !== 'string' || server.version === own) return [];
  return [
    `${url} is Slipway ${server.version}, and this command line is ${own}: they may not know each other's fields.`,
  ];
}

/** A detail that the message has already is not said again. */
function partsOf({ errors, findings, deployment }: SlipwayError['details'], message: string): string[] {
  const isNew = ({ detail }: Readonly<Record<string, unknown>>) =>
    typeof detail === 'string' && !message.includes(detail);
  return [
    ...records(errors)
      .filter(isNew)
      .map(({ pointer, detail }) => `${pointer === '' ? '/' : pointer}  ${detail}`),
    ...records(findings)
      .filter(isNew)
      .map(({ severity, subject, detail }) => `${severity} ${subject}: ${inCommands(String(detail))}`),
    ...(typeof deployment === 'string' ? [`slipway watch ${deployment.replace('/deployments/', '')}`] : []),
  ];
}

function records(value: unknown): readonly Readonly<Record<string, unknown>>[] {
  return Array.isArray(value) ? value.filter((one) => typeof one === 'object' && one !== null) : [];
}
