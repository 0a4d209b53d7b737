/** Follows a deployment that a command has started, and gives the exit code of how it ended. */
import { whenOutputCloses } from '../print/terminal.ts';
import { followDeployment } from '../watch/follow-deployment.ts';
import { durationOption } from './durations.ts';
import { EXIT_CODES, type ExitName, exitOfWait } from './exit-codes.ts';
import type { Remote } from './remote-verb.ts';

export interface WaitOptions {
  readonly detach: boolean;
  readonly timeout?: string | undefined;
  readonly until?: string | undefined;
}

export interface Wait {
  readonly until: 'end' | 'approval';
  readonly timeoutMs?: number;
}

/** Throws InvalidRequest for a timeout that is none: before anything starts, and not when it is deployed already. */
export function waitFrom({ timeout, until }: WaitOptions): Wait {
  const limit = timeout === undefined ? {} : { timeoutMs: durationOption(timeout, { name: 'timeout' }) };
  return { until: until === 'approval' ? 'approval' : 'end', ...limit };
}

export async function waitForEnd(
  { oneTry: client, desk, isJson }: Remote,
  { id, wait }: { readonly id: string; readonly wait: Wait },
): Promise<ExitName> {
  leaveWhenOutputCloses();
  const as = isJson ? 'json' : desk.isScreen() ? 'screen' : 'lines';
  return exitOfWait(await followDeployment({ client, id, ...wait, as, terminal: desk.terminal(), clock: desk.clock }));
}

/** `slipway deploy checkout | head -1` does not know how the deployment ends, so it must not exit as if all were good. */
export function leaveWhenOutputCloses(): void {
  whenOutputCloses(() => process.exit(EXIT_CODES.left.code));
}
