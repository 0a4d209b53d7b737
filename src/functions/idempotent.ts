/**
 * Idempotency-Key: the same key with the same request gets the same answer. Only answers of requests that changed
 * something are stored; after any other answer the caller may correct the request and use the key again. When an answer
 * was lost, the ledger still knows the key of what was begun (domain/keyed-request.ts).
 */
import { createHash } from 'node:crypto';
import type { Reply } from '../api/route/contract.ts';
import { problemReply } from '../api/route/problem.ts';
import { isSlipwayError } from '../domain/errors.ts';
import type { Clock } from '../ports/clock.ts';
import type { Claim, Idempotency, StoredAnswer } from '../ports/idempotency.ts';

export interface IdempotencyPorts {
  readonly idempotency: Idempotency;
  readonly clock: Clock;
}

export interface KeyedRequest {
  readonly key: string;
  /** The caller: the key of one caller never finds the answer to another caller. */
  readonly by: string;
  /** Method, path and body: the same answer is given only when they are the same. */
  readonly content: string;
  readonly requestId: string;
  readonly isRetreat: boolean;
}

export async function answerOnce(
  { ports, run }: { ports: IdempotencyPorts; run: () => Promise<Reply> },
  request: KeyedRequest,
): Promise<Reply> {
  const { idempotency, clock } = ports;
  const key = sha256(`${request.by}\n${request.key}`);
  const claimed = { key, requestHash: sha256(request.content) };
  const claim = await claimFor(request, () => idempotency.claim({ ...claimed, at: clock.now() })).catch(
    async (error: unknown) => {
      // The claim may be stored even though its answer was lost. No process works on it, so it is released and no
      // caller has to wait.
      await idempotency.release(claimed).catch(() => undefined);
      throw error;
    },
  );
  if (!claim.claimed) return claim.why === 'answered' ? replayed(claim.answer) : refused(claim.why, request);

  const reply = await run();
  const keep = reply.status >= 200 && reply.status < 300 && reply.changed !== false;
  // The effect is done, so its answer goes out in any case. A claim that stays open is taken over after five seconds.
  // Then the operation runs again and finds what it did.
  await (keep ? idempotency.record(claimed, stored(reply)) : idempotency.release(claimed)).catch(() => undefined);
  return reply;
}

/**
 * A retreat is done at once, because users are waiting: even when another request holds its key, or when the key cannot
 * be read.
 */
async function claimFor({ isRetreat }: KeyedRequest, claim: () => Promise<Claim>): Promise<Claim> {
  try {
    const answer = await claim();
    const isHeld = !answer.claimed && answer.why === 'inProgress';
    return isRetreat && isHeld ? { claimed: true } : answer;
  } catch (error) {
    if (isRetreat && isSlipwayError(error, 'Transient')) return { claimed: true };
    throw error;
  }
}

function refused(why: 'otherRequest' | 'inProgress', { key, requestId }: KeyedRequest): Reply {
  switch (why) {
    case 'otherRequest': {
      const detail = `The Idempotency-Key "${key}" was used for another request. Use a new key for a new request.`;
      return problemReply({ status: 422, detail, requestId });
    }
    case 'inProgress': {
      const detail = `A request with the Idempotency-Key "${key}" is still at work. Repeat it in a few seconds.`;
      return problemReply({ status: 409, detail, requestId, headers: { 'retry-after': '2' } });
    }
  }
}

function stored({ status, headers, body }: Reply): StoredAnswer {
  return { status, headers: headers ?? {}, body: JSON.stringify(body ?? null) };
}

function replayed({ status, headers, body }: StoredAnswer): Reply {
  return { status, headers: { ...headers, 'idempotency-replayed': 'true' }, body: JSON.parse(body) };
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
