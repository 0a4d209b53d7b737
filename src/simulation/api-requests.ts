/**
 * Requests to the API as its routes serve them. Each runs in a function of its own, under its Idempotency-Key, and gets
 * the status that its caller would get. The results are kept for the checkers.
 */
import type { Reply } from '../api/route/contract.ts';
import { problemReply, replyToError } from '../api/route/problem.ts';
import { isSlipwayError } from '../domain/errors.ts';
import { answerOnce } from '../functions/idempotent.ts';
import type { Clock } from '../ports/clock.ts';
import type { Life } from '../twin/cloud/fault-plan.ts';
import type { Ports } from '../twin/workflow/tasks.ts';
import type { ServedRequest } from './checkers/checked-world.ts';
import type { Installation } from './installation.ts';

export interface ApiRequest extends Pick<ServedRequest, 'does' | 'by' | 'key'> {
  /** Null when the request is not about one service. */
  readonly service: string | null;
  readonly functionKey: string;
  /** As the contract of the route says. */
  readonly isRetreat: boolean;
  /** The path and the body of the request. */
  readonly content: unknown;
  readonly operation: (ports: Ports) => Promise<Reply>;
}

export interface Api {
  serve(request: ApiRequest): Promise<ServedRequest>;
  /** The requests that were served so far, oldest first; the list only grows. */
  served(): readonly ServedRequest[];
}

export interface ApiOrder {
  readonly installation: Installation;
  readonly clock: Clock;
}

export function simulatedApi({ installation, clock }: ApiOrder): Api {
  const served: ServedRequest[] = [];
  const view = installation.ledger.view();
  return {
    served: () => served,
    async serve(request) {
      const { does, by, key, service } = request;
      const life: Life = { crashed: false };
      const beganAt = clock.now();
      const lockedBy = (service === null ? null : view.locks.get(service)?.deploymentId) ?? null;
      const { reply, error } = await answer(installation, { request, life });
      const one: ServedRequest = {
        does,
        by,
        key,
        service,
        beganAt,
        lockedBy,
        at: clock.now(),
        status: reply.status,
        error,
        deploymentId: /^\/deployments\/(.+)$/.exec(reply.headers?.location ?? '')?.[1] ?? null,
        isAtWork: reply.status === 409 && reply.headers?.['retry-after'] !== undefined,
        isReplayed: reply.headers?.['idempotency-replayed'] !== undefined,
        isStruck: life.isStruck === true,
      };
      served.push(one);
      return one;
    },
  };
}

interface Answered {
  readonly reply: Reply;
  readonly error: unknown;
}

async function answer(
  installation: Installation,
  { request, life }: { readonly request: ApiRequest; readonly life: Life },
): Promise<Answered> {
  const { functionKey, by, key, content, isRetreat } = request;
  let error: unknown = null;
  const told = (thrown: unknown) => {
    error = thrown;
    return replyToError(thrown, REQUEST_ID);
  };
  const run = (ports: Ports) => request.operation(ports).catch(told);
  const once = (ports: Ports) => {
    if (key === null) return run(ports);
    const keyed = { key, by, content: JSON.stringify(content), requestId: REQUEST_ID, isRetreat };
    return answerOnce({ ports, run: () => run(ports) }, keyed);
  };
  try {
    return { reply: await installation.invoke({ functionKey, deploymentId: null, life }, once), error };
  } catch (thrown) {
    // A function that died gives no answer, so the gateway answers.
    const reply = isSlipwayError(thrown)
      ? told(thrown)
      : problemReply({ status: 500, detail: DIED, requestId: REQUEST_ID });
    return { reply, error: thrown };
  }
}

const REQUEST_ID = 'simulated';
const DIED = 'Internal Server Error';
