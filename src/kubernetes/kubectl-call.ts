/**
 * One call of kubectl. It returns the answer, or throws a SlipwayError that says what was attempted and why it failed.
 */
import { type ErrorName, SlipwayError } from '../domain/errors.ts';
import { causeOf, translateComplaint } from './kubectl-errors.ts';
import { type KubectlEnd, type KubectlSettings, runKubectl } from './run-kubectl.ts';

export interface KubectlCall {
  /** What is attempted, in words that follow "Could not": `apply Deployment shop/orders`. */
  readonly what: string;
  readonly args: readonly string[];
  readonly input?: string;
  /** Values that no message may repeat. */
  readonly secrets?: readonly string[];
  /** Exit codes other than 0 that also come with an answer. */
  readonly answersWith?: readonly number[];
  /** True when the call only reads, so that a lost answer leaves no unknown effect. */
  readonly reads?: boolean;
}

/** Resolves with what kubectl printed. */
export type Kubectl = (call: KubectlCall) => Promise<string>;

export function kubectlCalls(settings: KubectlSettings): Kubectl {
  return async (call) => answerOf(await runKubectl(settings, call), { call, kubectl: settings.kubectl });
}

/** Returns what kubectl printed when it ended as it should; otherwise throws. */
export function answerOf(end: KubectlEnd, { call, kubectl }: { call: KubectlCall; kubectl: string }): string {
  switch (end.end) {
    case 'exited': {
      const isAnswer = end.code === 0 || (end.stdout !== '' && call.answersWith?.includes(end.code));
      if (isAnswer) return end.stdout;
      throw translateComplaint(end, call);
    }
    case 'notStarted':
      throw notStarted(end.cause, { call, kubectl });
    case 'outOfTime': {
      const fact = `Could not ${call.what}: no answer within ${end.limitMs / 1_000} s.${effectOf(call)}`;
      throw new SlipwayError('Transient', `${fact} Check that the cluster's API server can be reached.`, {
        cause: causeOf(call, `said: ${end.stderr.trim()}`),
      });
    }
    case 'killed': {
      const fact = `Could not ${call.what}: kubectl was ended from outside (${end.signal}).${effectOf(call)}`;
      throw new SlipwayError('Transient', `${fact} If it happens again, give this machine more memory.`);
    }
    case 'tooLong': {
      const fact = `Could not ${call.what}: the answer has more than ${end.limitBytes >> 20} MB.`;
      throw new SlipwayError('Broken', `${fact} Find out what fills the namespace, and delete it.`);
    }
  }
}

export const UNKNOWN_EFFECT = ' Whether it took effect is unknown; it may be repeated.';

function effectOf({ reads }: KubectlCall): string {
  return reads === true ? '' : UNKNOWN_EFFECT;
}

function notStarted(cause: Error, { call, kubectl }: { call: KubectlCall; kubectl: string }): SlipwayError {
  const code = 'code' in cause ? cause.code : undefined;
  const error = (name: ErrorName, why: string) => new SlipwayError(name, `Could not ${call.what}: ${why}`, { cause });
  switch (code) {
    case 'ENOENT':
      return error('Broken', `kubectl was not found at ${kubectl}. Install it, or correct the path.`);
    case 'EAGAIN':
    case 'ENOMEM':
      return error('Transient', `this machine could not start a process (${code}). Give it more memory.`);
    default:
      return error('Broken', `${kubectl} could not be run (${code}). Check that it may be executed.`);
  }
}
