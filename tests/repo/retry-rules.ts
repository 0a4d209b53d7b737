/**
 * Checks what a machine repeats. A task of a Lambda function is repeated after every failure that passes by itself,
 * under the names that Step Functions really reports. A task whose failure can only page is repeated after any failure.
 */
import { type Machine, type State, tasksOf } from './machine-rules.ts';

/**
 * Slipway's own error for it, the errors of a call that did not reach Lambda, and the errors of a function that died.
 */
export const PASSING = [
  'Transient',
  'Lambda.ClientExecutionTimeoutException',
  'Lambda.ServiceException',
  'Lambda.AWSLambdaException',
  'Lambda.SdkClientException',
  'Lambda.TooManyRequestsException',
  'Lambda.CodeArtifactUserPendingException',
  'Lambda.ResourceNotReadyException',
  'Lambda.Unknown',
  'Runtime.ExitError',
  'Runtime.OutOfMemory',
  'Sandbox.Failure',
  'Sandbox.Timedout',
] as const;

const TIMEOUT = 'States.Timeout';
const ANY = 'States.TaskFailed';

export function tasksAreRepeated({ id, definition }: Machine): string[] {
  return tasksOf(definition)
    .filter(([, { Resource = '' }]) => /:lambda:invoke/.test(Resource))
    .flatMap(([name, state]) => problemsOf(state, name).map((problem) => `${id}: ${name} ${problem}`));
}

function problemsOf(state: State, name: string): string[] {
  const retried = new Set((state.Retry ?? []).filter(canRepeat).flatMap(({ ErrorEquals }) => ErrorEquals));
  if (retried.has('States.ALL')) return ['repeats States.ALL, which hides every bug. Name what passes by itself.'];
  const isRetried = (name: string) => retried.has(name) || (retried.has(ANY) && name !== TIMEOUT);
  const missing = [...PASSING, ...(waits(state) ? [] : [TIMEOUT])]
    .filter((name) => !isRetried(name))
    .map((name) => `gives up after one ${name}. Repeat it.`);
  for (const [error, seconds] of takesVersionBack(state) ? WAITED_OUT_SECONDS : []) {
    if (error === 'Transient' && CHECKS.includes(name)) continue;
    if (!waitsOut(state, { name: error, seconds }))
      missing.push(`takes a good version back after a short ${error}. Repeat it for ${seconds} seconds.`);
  }
  if (waits(state) && retried.has(TIMEOUT)) missing.push('repeats the timeout by which its wait ends. Leave it out.');
  if (isLastResort(state) && !retried.has(ANY))
    missing.push(`has nothing behind it but a page, and does not repeat ${ANY}. Repeat it.`);
  if (!isLastResort(state) && retried.has(ANY))
    missing.push(`repeats ${ANY}, so a bug too, and there is a way back. Name what passes by itself.`);
  return missing;
}

function canRepeat({ MaxAttempts }: NonNullable<State['Retry']>[number]): boolean {
  return MaxAttempts !== 0;
}

/**
 * These errors say nothing about the version. One lasts while other functions use the concurrency of the account. The
 * other lasts until a database has failed over. With full jitter, half of the longest delays have to be enough.
 */
const WAITED_OUT_SECONDS = [
  ['Lambda.TooManyRequestsException', 900],
  ['Transient', 480],
] as const;

/**
 * A team's own check that cannot answer says something about the version. After the traffic shift users are waiting.
 */
const CHECKS = ['BeforeTraffic', 'AfterTraffic'];

/** An estimate: each attempt at its longest delay. Step Functions takes the first retrier that names the error. */
function waitsOut(
  { Retry = [] }: State,
  { name, seconds }: { readonly name: string; readonly seconds: number },
): boolean {
  const { MaxAttempts = 0, MaxDelaySeconds = 0 } = Retry.find((each) => each.ErrorEquals.includes(name)) ?? {};
  return MaxAttempts * MaxDelaySeconds >= seconds;
}

function takesVersionBack({ Catch = [] }: State): boolean {
  return Catch.some(({ Next }) => Next === 'RollBack');
}

function waits({ Resource = '' }: State): boolean {
  return Resource.endsWith('.waitForTaskToken');
}

/** True for a state whose failure pages, or that runs when even the page has failed. */
function isLastResort({ Catch = [] }: State): boolean {
  return Catch.some(({ Next }) => Next === 'PageOnCall' || Next === 'RollBackFailed');
}
