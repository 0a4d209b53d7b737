/**
 * Migrates the database to the tables of this version. CloudFormation orders this during a deployment, before it
 * updates any other function. It always gets an answer in time, with the reason for a failure: without an answer
 * CloudFormation keeps waiting.
 */
import * as z from 'zod/mini';
import type { LedgerTables } from '../../ports/ledger-tables.ts';
import type { Pause } from '../../ports/pause.ts';
import type { StackAnswer, StackAnswers } from '../../ports/stack-answers.ts';

export const MigrateDatabaseInput = z.object({
  RequestType: z.enum(['Create', 'Update', 'Delete']),
  ResponseURL: z.string(),
  StackId: z.string(),
  RequestId: z.string(),
  LogicalResourceId: z.string(),
  /** The roles of all functions that open the database. */
  ResourceProperties: z.object({ RoleArns: z.array(z.string()) }),
});
export type MigrateDatabaseInput = z.output<typeof MigrateDatabaseInput>;

interface Ports {
  readonly tables: LedgerTables;
  readonly answers: StackAnswers;
  readonly pause: Pause;
}

/** Less than the function's timeout of five minutes. */
const WITHIN_MS = 270_000;
const WAIT_MS = 500;
const REASON_LENGTH_MAX = 1_000;
/** Always the same id: when the id changes, CloudFormation deletes the old resource. */
const RESOURCE_ID = 'slipway-ledger';

export async function migrateDatabase({ tables, answers, pause }: Ports, input: MigrateDatabaseInput) {
  const { RequestType, ResponseURL, StackId, RequestId, LogicalResourceId } = input;
  // A deletion has nothing to undo: the tables are deleted with their database, or stay with it.
  const problem = RequestType === 'Delete' ? null : await problemOf({ tables, pause }, input);
  const answer: StackAnswer = {
    Status: problem === null ? 'SUCCESS' : 'FAILED',
    Reason: (problem ?? 'The tables are those of this version.').slice(0, REASON_LENGTH_MAX),
    PhysicalResourceId: RESOURCE_ID,
    StackId,
    RequestId,
    LogicalResourceId,
  };
  await answers.send(ResponseURL, answer);
  return { status: answer.Status, reason: answer.Reason };
}

async function problemOf(
  { tables, pause }: Omit<Ports, 'answers'>,
  { ResourceProperties: { RoleArns } }: MigrateDatabaseInput,
): Promise<string | null> {
  const done = tables.prepare(RoleArns).then(
    () => null,
    (error: unknown) => (error instanceof Error ? error.message : String(error)),
  );
  // Waits in short pauses, so that no long pause is left over when the work is done.
  for (let waitedMs = 0; waitedMs < WITHIN_MS; waitedMs += WAIT_MS) {
    const problem = await Promise.race([done, pause.sleep(WAIT_MS).then(() => undefined)]);
    if (problem !== undefined) return problem;
  }
  return 'The migrations took longer than four and a half minutes. What has run is kept: deploy again, and they go on from there.';
}
