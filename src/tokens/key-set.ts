/**
 * The keys of one issuer, kept between requests. They are read again after ten minutes, and when a token names an
 * unknown key. The second case happens at most once a minute: invented key names must not become calls.
 */
import type { webcrypto } from 'node:crypto';
import type { JSONWebKeySet } from 'jose';
import { createLocalJWKSet } from 'jose/jwks/local';
import type { Clock } from '../ports/clock.ts';
import type { TokenHeader } from './trusted-issuer.ts';

/** A key in JSON; jose finds what is wrong with a key when it is used. */
export type Jwk = Readonly<Record<string, unknown>> & { readonly kty: string };

export interface KeySet {
  /**
   * Returns null when there is no such key. Throws Transient when the keys cannot be read now and no read succeeded in
   * the last hour.
   */
  keyFor(header: TokenHeader): Promise<webcrypto.CryptoKey | null>;
}

const FRESH_MS = 10 * 60_000;
/**
 * An issuer that fails for a short time does not lock out its callers. A key that the issuer revoked works no longer
 * than this.
 */
const USABLE_MS = 60 * 60_000;
const AGAIN_AFTER_MS = 60_000;
/** The time between two tries at an issuer that does not answer. */
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

/** Finds the key by its name only. Returns null without a name, or when two keys have the same name. */
async function find({ find }: Read, { alg, kid }: TokenHeader): Promise<webcrypto.CryptoKey | null> {
  if (kid === undefined) return null;
  try {
    return (await find({ alg, kid })) as webcrypto.CryptoKey;
  } catch {
    return null;
  }
}
