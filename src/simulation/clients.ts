/**
 * How people and pipelines call the API: they repeat a failed request, as the answer advises, with the same
 * Idempotency-Key. Most repeat within seconds and a few much later. Some do not wait for the answer, and some never get
 * it.
 */

import type { Random } from '../twin/random.ts';
import { type Scheduler, sleep } from '../twin/scheduler.ts';
import type { Api, ApiRequest } from './api-requests.ts';
import type { ServedRequest } from './checkers/checked-world.ts';

export interface ClientHabits {
  /** The chance that a client stops waiting for an answer, and repeats while the first request is still running. */
  readonly impatient: number;
  /** The chance that an answer is lost between Slipway and its caller. */
  readonly answersLost: number;
}

export interface Clients {
  /** Repeats the request until the answer is final or the caller gives up. */
  ask(request: ApiRequest, how: { readonly line: string; readonly random: Random }): Promise<void>;
  /** The number of callers that are not done. */
  waiting(): number;
}

export interface ClientsOrder {
  readonly api: Api;
  readonly habits: ClientHabits;
  readonly scheduler: Scheduler;
  readonly say: (line: string) => void;
}

const ATTEMPTS_MAX = 6;
const GIVES_UP = 0.1;

export function clientsOf({ api, habits, scheduler, say }: ClientsOrder): Clients {
  let waiting = 0;
  /** Returns null when no answer came. */
  const heard = async (request: ApiRequest, random: Random): Promise<ServedRequest | null> => {
    const serving = api.serve(request);
    const isLost = random.chance(habits.answersLost);
    if (!random.chance(habits.impatient)) return isLost ? serving.then(() => null) : serving;
    return Promise.race([serving, sleep(scheduler, 100 + random.integer(4_000)).then(() => null)]);
  };
  return {
    waiting: () => waiting,
    async ask(request, { line, random }) {
      waiting += 1;
      for (let attempt = 1; attempt <= ATTEMPTS_MAX; attempt += 1) {
        const answer = await heard(request, random);
        say(`${line}${attempt === 1 ? '' : ', again'}: ${inWords(answer)}`);
        // Without a key a repeat would be another request.
        if (request.key === null || !isWorthRepeating(answer) || random.chance(GIVES_UP)) break;
        await sleep(scheduler, pauseMs(random));
      }
      waiting -= 1;
    },
  };
}

function isWorthRepeating(answer: ServedRequest | null): boolean {
  return answer === null || answer.status >= 500 || answer.isAtWork;
}

const LATE_MS = 5 * 60_000;
const LATEST_MS = 60 * 60_000;

function pauseMs(random: Random): number {
  if (random.chance(0.02)) return random.integer(LATEST_MS);
  return random.chance(0.1) ? random.integer(LATE_MS) : 1_000 + random.integer(8_000);
}

function inWords(answer: ServedRequest | null): string {
  if (answer === null) return 'no answer';
  const { status, error, deploymentId } = answer;
  const what = error instanceof Error ? `${error.name}: ${error.message}` : (deploymentId ?? 'done');
  return `${status} ${what}`;
}
