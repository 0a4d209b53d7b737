/**
 * The keys of one issuer, kept between requests. They are read anew when they are ten minutes old, and when a token names a
 * key that is not among them, but then at most once a minute: a stranger's made-up names must not become calls.
 */
import type { webcrypto } from 'node:crypto';
import type { JSONWebKeySet } from 'jose';
import { createLocalJWKSet } from 'jose/jwks/local';
import type { Clock } from '../ports/clock.ts';
import type { TokenHeader } from './trusted-issuer.ts';

/** As JSON; what is wrong with one, jose finds when it is asked for. */
export type Jwk = Readonly<Record<string, unknown>> & { readonly kty: string };

export interface KeySet {
  /** Null when there is no such key. Throws Transient when the set was never read, or not for an hour, and cannot be now. */
  keyFor(header: TokenHeader): Promise<webcrypto.CryptoKey | null>;
}

const FRESH_MS = 10 * 60_000;
/** An issuer that is away for a moment does not lock everybody out; a key that it took back works no longer than this. */
const USABLE_MS = 60 * 60_000;
const AGAIN_AFTER_MS = 60_000;
/** Between two tries at an issuer that does not answer. */
const RETRY_AFTER_MS = 5_000;

interface Read {
  readonly find: ReturnType<typeof createLocalJWKSet>;
  readonly at: number;
}
type Load = () => Promise<readonly Jwk[]>;

export function keySet({ load, clock }: { readonly load: Load; readonly clock: Clock }): KeySet {
  let kept: Read | undefined;
  let reading: Promise<Read> | undefined;
  let failed: { readonly error: unknown; readonly at: number } | undefined;

  const readAnew = async (): Promise<Read> => {
    if (failed !== undefined && clock.now() - failed.at < RETRY_AFTER_MS) throw failed.error;
    reading ??= read({ load, clock });
    try {
      kept = await reading;
      failed = undefined;
      return kept;
    } catch (error) {
      failed = { error, at: clock.now() };
      throw error;
    } finally {
      reading = undefined;
    }
  };
  const current = async (): Promise<Read> => {
    if (kept === undefined) return readAnew();
    const ageMs = clock.now() - kept.at;
    if (ageMs < FRESH_MS) return kept;
    return ageMs < USABLE_MS ? readAnew().catch(() => kept as Read) : readAnew();
  };

  return {
    async keyFor(header) {
      const now = await current();
      const key = await find(now, header);
      if (key !== null || clock.now() - now.at < AGAIN_AFTER_MS) return key;
      return find(await readAnew(), header);
    },
  };
}

async function read({ load, clock }: { readonly load: Load; readonly clock: Clock }): Promise<Read> {
  const at = clock.now();
  return { find: createLocalJWKSet({ keys: [...(await load())] } as JSONWebKeySet), at };
}

/** The key by its name and nothing else: without a name, or with one that two keys have, it is none. */
async function find({ find }: Read, { alg, kid }: TokenHeader): Promise<webcrypto.CryptoKey | null> {
  if (kid === undefined) return null;
  try {
    return (await find({ alg, kid })) as webcrypto.CryptoKey;
  } catch {
    return null;
  }
}
