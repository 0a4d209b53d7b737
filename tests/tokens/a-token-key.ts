import { createSign, generateKeyPairSync } from 'node:crypto';
import type { TokenKey } from '../../src/ports/token-key.ts';

/** The key of Slipway's own tokens, on this machine: the twin of the key in KMS, with the same promises. */
export function aTokenKey(): TokenKey & { readonly pem: string; readonly signed: () => number } {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  let signed = 0;
  return {
    pem: publicKey.export({ format: 'pem', type: 'spki' }).toString(),
    signed: () => signed,
    publicKey: async () => publicKey.export({ format: 'der', type: 'spki' }),
    async sign(text) {
      signed += 1;
      return createSign('sha256').update(text).sign({ key: privateKey, dsaEncoding: 'ieee-p1363' });
    },
  };
}

/** Text that must never be in a log: every part of a token, and every longer piece of a part. */
export function piecesOf(token: string): readonly string[] {
  const parts = token.split('.').filter((part) => part.length >= 12);
  return parts.flatMap((part) => [part.slice(0, 12), part.slice(-12), part]);
}
