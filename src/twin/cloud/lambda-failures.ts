/**
 * How an invocation of a Lambda function fails without an answer of its code, by the names that Lambda and Step Functions
 * really use. Faults are data: drawn from the seed, or scripted by function and count.
 */
import type { Random } from '../random.ts';
import type { Scheduler } from '../scheduler.ts';
import type { FaultSource } from './fault-plan.ts';

/** The function ran out of time, its process ended, or it needed more memory than it has. */
export const DEATHS = ['Sandbox.Timedout', 'Runtime.ExitError', 'Runtime.OutOfMemory'] as const;

/** Lambda refused the call, or it is not known whether the call arrived. */
export const INVOCATION_ERRORS = [
  'Lambda.TooManyRequestsException',
  'Lambda.ServiceException',
  'Lambda.AWSLambdaException',
  'Lambda.SdkClientException',
  'Lambda.ClientExecutionTimeoutException',
] as const;

export interface InvocationFault {
  readonly name: string;
  /** `before`: the function never ran. `after`: it did all of its work, and its answer was lost. */
  readonly when: 'before' | 'after';
}

export interface InvocationFaultPlan {
  /** Of each invocation. */
  readonly probability?: number;
  /** The nth invocation of the function, counted from 1; without `nth`, every one. */
  readonly script?: readonly (InvocationFault & { readonly functionKey: string; readonly nth?: number })[];
}

export interface InvocationFaults extends Pick<FaultSource, 'injected'> {
  /** Runs the function, or fails in its place. */
  run<T>(functionKey: string, run: () => Promise<T>): Promise<T>;
}

export function invocationFaults({
  plan,
  random,
  scheduler,
}: {
  readonly plan: InvocationFaultPlan;
  readonly random: Random;
  readonly scheduler: Scheduler;
}): InvocationFaults {
  const counts = new Map<string, number>();
  const injected: { fault: 'invocation'; method: string; at: number }[] = [];
  const choose = (functionKey: string): InvocationFault | undefined => {
    const nth = (counts.get(functionKey) ?? 0) + 1;
    counts.set(functionKey, nth);
    const scripted = plan.script?.find((one) => one.functionKey === functionKey && (one.nth ?? nth) === nth);
    return scripted ?? (random.chance(plan.probability ?? 0) ? drawFault(random) : undefined);
  };
  return {
    injected: () => injected,
    async run(functionKey, run) {
      const fault = choose(functionKey);
      if (fault === undefined) return run();
      injected.push({ fault: 'invocation', method: functionKey, at: scheduler.now() });
      // A function that fails by itself is heard as it failed.
      if (fault.when === 'after') await run();
      throw lambdaError({ name: fault.name, message: `The invocation of ${functionKey} failed.` });
    },
  };
}

function drawFault(random: Random): InvocationFault {
  const name = INVOCATION_ERRORS[random.integer(INVOCATION_ERRORS.length)] ?? 'Lambda.ServiceException';
  // What is throttled never ran.
  const when = name === 'Lambda.TooManyRequestsException' || random.chance(0.5) ? 'before' : 'after';
  return { name, when };
}

/** Rejects when the function has no answer within its timeout. `onTimeout` stops what it was doing. */
export async function withinTimeout<T>(
  { scheduler, timeoutMs, onTimeout }: { scheduler: Scheduler; timeoutMs: number; onTimeout: () => void },
  run: () => Promise<T>,
): Promise<T> {
  const { promise, reject } = Promise.withResolvers<never>();
  const cancel = scheduler.at(scheduler.now() + timeoutMs, () => {
    onTimeout();
    const message = `Task timed out after ${(timeoutMs / 1_000).toFixed(2)} seconds`;
    reject(lambdaError({ name: 'Sandbox.Timedout', message }));
  });
  try {
    return await Promise.race([run(), promise]);
  } finally {
    cancel();
  }
}

/** An error as Step Functions sees that of a function: by its name. */
export function lambdaError({ name, message }: { readonly name: string; readonly message: string }): Error {
  return Object.assign(new Error(message), { name });
}
