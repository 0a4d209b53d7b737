/**
 * Stores requests by their Idempotency-Key. The claim is one statement, so exactly one of two concurrent requests gets
 * it.
 */

import { and, eq, isNull, sql } from 'drizzle-orm';
import { KEY_REMEMBERED_MS, KEY_TAKEN_OVER_MS } from '../domain/deployment/keyed-request.ts';
import { SlipwayError } from '../domain/errors.ts';
import type { Claim, Idempotency } from '../ports/idempotency.ts';
import { placeholders } from './columns.ts';
import { attempt, type Database, prepared } from './database.ts';
import { idempotency } from './schema.ts';

/** A key can be released between the refused claim and the read of its holder. */
const CLAIM_ATTEMPTS = 3;

export function idempotencyStore({ orm }: Database): Idempotency {
  return {
    async claim({ key, requestHash, at }) {
      for (let attempts = 0; attempts < CLAIM_ATTEMPTS; attempts++) {
        const order = { key, requestHash, at, crashedAt: at - KEY_TAKEN_OVER_MS, forgottenAt: at - KEY_REMEMBERED_MS };
        const claimed = await attempt('claim an idempotency key', () => upsertClaim(orm).execute(order));
        if (claimed.length > 0) return { claimed: true };
        const [stored] = await attempt('read an idempotency key', () => selectClaim(orm).execute({ key }));
        if (stored) return refusal(stored, requestHash);
      }
      throw new SlipwayError('Transient', `The idempotency key ${key} is being given up by others. Try again.`);
    },
    async record(request, answer) {
      await attempt('record an answer', () => recordAnswer(orm).execute({ ...request, ...answer }));
    },
    async release(request) {
      await attempt('release an idempotency key', () => releaseClaim(orm).execute({ ...request }));
    },
  };
}

function refusal(stored: typeof idempotency.$inferSelect, requestHash: string): Claim {
  const { status, body, headers } = stored;
  if (stored.requestHash !== requestHash) return { claimed: false, why: 'otherRequest' };
  if (status === null || body === null) return { claimed: false, why: 'inProgress' };
  return { claimed: false, why: 'answered', answer: { status, body, headers: headers ?? {} } };
}

const upsertClaim = prepared((orm) => {
  const crashed = sql`(${idempotency.status} is null and ${idempotency.requestHash} = excluded.request_hash and ${idempotency.claimedAt} <= ${sql.placeholder('crashedAt')})`;
  return orm
    .insert(idempotency)
    .values({
      key: sql.placeholder('key'),
      requestHash: sql.placeholder('requestHash'),
      claimedAt: sql.placeholder('at'),
    })
    .onConflictDoUpdate({
      target: idempotency.key,
      set: {
        requestHash: sql`excluded.request_hash`,
        claimedAt: sql`excluded.claimed_at`,
        status: null,
        body: null,
        headers: null,
      },
      setWhere: sql`${crashed} or ${idempotency.claimedAt} <= ${sql.placeholder('forgottenAt')}`,
    })
    .returning({ key: idempotency.key })
    .prepare('idempotency_claim');
});

const selectClaim = prepared((orm) =>
  orm
    .select()
    .from(idempotency)
    .where(eq(idempotency.key, sql.placeholder('key')))
    .prepare('idempotency_read'),
);

const isOfRequest = and(
  eq(idempotency.key, sql.placeholder('key')),
  eq(idempotency.requestHash, sql.placeholder('requestHash')),
);

const recordAnswer = prepared((orm) => {
  const { status, body, headers } = idempotency;
  return orm
    .update(idempotency)
    .set(placeholders({ status, body, headers }))
    .where(isOfRequest)
    .prepare('idempotency_record');
});

const releaseClaim = prepared((orm) =>
  orm
    .delete(idempotency)
    .where(and(isOfRequest, isNull(idempotency.status)))
    .prepare('idempotency_release'),
);
