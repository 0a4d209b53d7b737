/** Waits for a run of the pipeline: first for the deployment that it opens, then for the end of that deployment. */
import type { AnswerOf } from '../../api/answers.ts';
import { isSlipwayError } from '../../domain/errors.ts';
import { runLine, runLines } from '../print/run-lines.ts';
import { visibleAnswer } from '../print/visible.ts';
import type { ExitName } from './exit-codes.ts';
import type { Remote } from './remote-verb.ts';
import { leaveWhenOutputCloses, type Wait, waitForEnd } from './wait-for-end.ts';

type Run = AnswerOf<'readPipelineRun'>;

/** The pipeline works for minutes, so it need not be asked more often. */
const LOOK_MS = 5_000;

export async function followRun(
  remote: Remote,
  { id, wait }: { readonly id: string; readonly wait: Wait },
): Promise<ExitName> {
  leaveWhenOutputCloses();
  const { desk, isJson } = remote;
  const endsAt = desk.clock.now() + (wait.timeoutMs ?? Number.POSITIVE_INFINITY);
  let said = '';
  for (;;) {
    const run = await readOrNull(remote, id);
    if (run !== null) {
      const line = isJson ? JSON.stringify(run) : runLine(visibleAnswer(run));
      if (line !== said) desk.print(line);
      said = line;
      const exit = exitOfRun(run);
      if (run.links.deployment !== null) return followItsDeployment(remote, { run, wait, endsAt });
      if (exit !== null) return exit;
    }
    if (desk.clock.now() + LOOK_MS > endsAt) return timeIsOver(remote, id);
    await desk.pause.sleep(LOOK_MS);
  }
}

/** A server that does not answer now is asked again: the run goes on without it. */
async function readOrNull({ client }: Remote, id: string): Promise<Run | null> {
  try {
    return await client.readPipelineRun({ id });
  } catch (error) {
    if (isSlipwayError(error, 'Transient')) return null;
    throw error;
  }
}

function followItsDeployment(
  remote: Remote,
  { run, wait, endsAt }: { readonly run: Run; readonly wait: Wait; readonly endsAt: number },
): Promise<ExitName> {
  const id = (run.links.deployment ?? '').replace('/deployments/', '');
  const leftMs = endsAt - remote.desk.clock.now();
  return waitForEnd(remote, { id, wait: Number.isFinite(leftMs) ? { ...wait, timeoutMs: Math.max(1, leftMs) } : wait });
}

function timeIsOver({ desk }: Remote, id: string): ExitName {
  desk.tell(`The time of --timeout is over. The run goes on: slipway run ${id}`);
  return 'timeout';
}

/** Null while the run goes on. A run that has succeeded has a deployment, whose end decides. */
export function exitOfRun({ status, quarantine }: Pick<Run, 'status' | 'quarantine'>): ExitName | null {
  if (quarantine === 'inForce') return 'frozen';
  switch (status) {
    case 'running':
      return null;
    case 'succeeded':
      return 'good';
    case 'superseded':
      return 'superseded';
    case 'failed':
    case 'stopped':
      return 'failed';
  }
  return 'failed';
}

export async function showRun(remote: Remote, id: string): Promise<ExitName> {
  const run = await remote.client.readPipelineRun({ id });
  remote.show(run, (visible) => runLines(visible, { width: remote.desk.width(), now: remote.desk.clock.now() }));
  return exitOfRun(run) ?? 'good';
}
