/**
 * The actions that are open for a deployment now, and the words for the next step of a message. A message names only
 * actions from this list. So nobody who follows a message is refused, or takes a good version off the users.
 */
import { type ErrorDetails, SlipwayError } from '../errors.ts';
import { sentence } from '../sentence.ts';
import { acceptSignal, goesForward } from './accept-signal.ts';
import { type Deployment, isInFlight } from './deployment.ts';
import type { ActionName } from './signal.ts';

/** What the record of a deployment cannot say about itself. */
export interface Standing {
  /**
   * True when the version that this deployment promoted is live now. False or left out when a later deployment has
   * replaced it, or when that is not known: then no message leads to a rollback.
   */
  readonly isLive?: boolean | undefined;
}

/** The actions that a person can take now, in the order in which the API lists them. */
export function openActions(deployment: Deployment, { isLive = false }: Standing = {}): readonly ActionName[] {
  const { kind, status, replacedBy } = deployment;
  if (isInFlight(deployment)) return SIGNALS.filter((signal) => acceptSignal(deployment, signal).answer === 'record');
  if (kind === 'rollback' || status === 'unchanged') return [];
  if (status !== 'promoted') return ['retry'];
  return isLive && replacedBy === null ? ['rollback'] : [];
}

const SIGNALS = ['approve', 'promote', 'pause', 'resume', 'skip', 'abort'] as const satisfies ActionName[];

export interface NextStep {
  /** The actions that the words name. Each of them is open. */
  readonly actions: readonly ActionName[];
  /** One or more whole sentences. */
  readonly words: string;
}

interface Wish extends Standing {
  /** The actions that would help, the best one first. Those that are not open are left out. */
  readonly wanted: readonly ActionName[];
}

/** The next step for a person who looks at this deployment. When no wanted action is open, it says what to look at. */
export function nextStep(deployment: Deployment, { wanted, isLive }: Wish): NextStep {
  const open = openActions(deployment, { isLive });
  const actions = wanted.filter((action) => open.includes(action));
  return { actions, words: actions.length > 0 ? actionsInWords(deployment, actions) : withoutAction(deployment) };
}

/**
 * What a person can do about a deployment in flight that is in the way: wait for it, or end it. `or` is one more way, for
 * a rollout; `ending` ends the sentence.
 */
export function outOfTheWay(
  deployment: Pick<Deployment, 'kind' | 'status' | 'signal'>,
  { or, ending = '' }: { readonly or?: string; readonly ending?: string } = {},
): NextStep {
  const isRollback = deployment.kind === 'rollback';
  const isAbortable = !isRollback && goesForward(deployment);
  const ways = ['wait for it', ...(isAbortable ? ['abort it'] : []), ...(isRollback || or === undefined ? [] : [or])];
  const why = isAbortable ? '' : `It is ${isRollback ? 'a rollback' : 'rolling back'}; `;
  const [last = '', ...before] = ways.toReversed();
  const words = before.length === 0 ? last : `${before.toReversed().join(', ')}, or ${last}`;
  return { actions: isAbortable ? ['abort'] : [], words: `${capital(`${why}${words}`)}${ending}.` };
}

/** A refusal with its next step. The details hold the step as data, so that a test can try it. */
export function refusal(
  fact: string,
  { details, ...next }: NextStep & { readonly details?: ErrorDetails },
): SlipwayError {
  return new SlipwayError('Conflict', `${sentence(fact)} ${next.words}`, { details: { ...details, next } });
}

function actionsInWords({ id }: Deployment, actions: readonly ActionName[]): string {
  if (actions.includes('rollback')) return 'To undo it, POST /rollback.';
  if (actions.includes('retry')) return `To try the same again, POST /deployments/${id}/retry.`;
  const [last = '', ...others] = actions.toReversed();
  const words = others.length === 0 ? last : `${others.toReversed().join(', ')} or ${last}`;
  return `${capital(words)} it.`;
}

function capital(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}`;
}

function withoutAction(deployment: Deployment): string {
  const { id, service, replacedBy } = deployment;
  if (!isInFlight(deployment)) {
    if (replacedBy !== null) return `Deployment ${replacedBy} came after it: look at that one.`;
    return `GET /deployments?service=${service} lists what came after it.`;
  }
  return goesForward(deployment)
    ? `Look at it again in a moment: GET /deployments/${id}.`
    : 'Deploy again when it has settled.';
}
