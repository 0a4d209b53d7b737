/**
 * Idempotency-Key: the same key with the same request gets the same answer, and the operation runs once. A failure
 * that may pass (5xx, and 409 and 403, which changed nothing) is not kept, so that the caller can try again with its key.
 */
import { createHash } from 'node:crypto';
import type { Reply } from '../api/contract.ts';
import { problemReply } from '../api/problem.ts';
import type { Idempotency, StoredAnswer } from '../ports/idempotency.ts';
import type { Clock } from '../ports.ts';

export interface IdempotencyPorts {
  readonly idempotency: Idempotency;
  readonly clock: Clock;
}

export interface KeyedRequest {
  readonly key: string;
  /** Who calls: one caller's key never finds another's answer. */
  readonly by: string;
  /** Method, path and body: what must be the same for the answer to be the same. */
  readonly content: string;
  readonly requestId: string;
}

export async function answerOnce(
  { ports, run }: { ports: IdempotencyPorts; run: () => Promise<Reply> },
  request: KeyedRequest,
): Promise<Reply> {
  const { idempotency, clock } = ports;
  const key = sha256(`${request.by}\n${request.key}`);
  const claim = await idempotency.claim({ key, requestHash: sha256(request.content), at: clock.now() });
  if (!claim.claimed) return claim.why === 'answered' ? replayed(claim.answer) : refused(claim.why, request);

  const reply = await run();
  const keep = reply.status < 500 && reply.status !== 409 && reply.status !== 403;
  // The effect is done, so its answer goes out in any case: a claim that is left open is taken over after a minute, and
  // the operation, run again, finds what it did.
  await (keep ? idempotency.record(key, stored(reply)) : idempotency.release(key)).catch(() => undefined);
  return reply;
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
