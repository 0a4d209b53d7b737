/**
 * How an invocation of a Lambda function fails without an answer from its code, under the names that Lambda and Step
 * Functions use. Faults are data: drawn from the seed, or scripted by function and count.
 */
import type { Random } from '../random.ts';
import type { Scheduler } from '../scheduler.ts';
import type { FaultSource } from './fault-plan.ts';

/** The function ran into its timeout, its process ended, or it needed more memory than it has. */
export const DEATHS = ['Sandbox.Timedout', 'Runtime.ExitError', 'Runtime.OutOfMemory'] as const;

/** Lambda refused the call, or the caller does not know whether the call arrived. */
export const INVOCATION_ERRORS = [
  'Lambda.TooManyRequestsException',
  'Lambda.ServiceException',
  'Lambda.AWSLambdaException',
  'Lambda.SdkClientException',
  'Lambda.ClientExecutionTimeoutException',
] as const;

export interface InvocationFault {
  readonly name: string;
  /** `before`: the function never ran. `after`: it did all its work, and its answer was lost. */
  readonly when: 'before' | 'after';
}

export interface InvocationFaultPlan {
  /** The probability of a fault for each invocation. */
  readonly probability?: number;
  /** `nth` counts the invocations of the function, from 1; without `nth`, every invocation gets the fault. */
  readonly script?: readonly (InvocationFault & { readonly functionKey: string; readonly nth?: number })[];
}

export interface InvocationFaults extends Pick<FaultSource, 'injected'> {
  /** Runs the function, or fails instead. */
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
      // A function that fails by itself is reported with its own error.
      if (fault.when === 'after') await run();
      throw lambdaError({ name: fault.name, message: `The invocation of ${functionKey} failed.` });
    },
  };
}

function drawFault(random: Random): InvocationFault {
  const name = INVOCATION_ERRORS[random.integer(INVOCATION_ERRORS.length)] ?? 'Lambda.ServiceException';
  // A throttled function never ran.
  const when = name === 'Lambda.TooManyRequestsException' || random.chance(0.5) ? 'before' : 'after';
  return { name, when };
}

/** Rejects when the function has no answer within its timeout. `onTimeout` stops the work of the function. */
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

/** The error of a function, as Step Functions sees it: by its name. */
export function lambdaError({ name, message }: { readonly name: string; readonly message: string }): Error {
  return Object.assign(new Error(message), { name });
}
