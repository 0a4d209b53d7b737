/**
 * The key of Slipway's own tokens in KMS. The private key never leaves KMS: IAM decides with kms:Sign who may make
 * tokens.
 */
import { createHash } from 'node:crypto';
import { GetPublicKeyCommand, KMSClient, SignCommand, type SignCommandInput } from '@aws-sdk/client-kms';
import { SlipwayError } from '../domain/errors.ts';
import type { TokenKey } from '../ports/token-key.ts';
import { quickCalls } from './clients.ts';
import { attempt } from './errors.ts';

/** `keyId` is an id, an ARN or an alias. */
export function kmsTokenKey(kms: KMSClient, keyId: string): TokenKey {
  return {
    async publicKey() {
      const { PublicKey } = await attempt({ what: `read the public key of ${keyId}`, action: 'kms:GetPublicKey' }, () =>
        kms.send(new GetPublicKeyCommand({ KeyId: keyId })),
      );
      return PublicKey ?? missing('public key', keyId);
    },
    async sign(text) {
      const { Signature } = await attempt({ what: `sign with ${keyId}`, action: 'kms:Sign' }, () =>
        kms.send(
          new SignCommand({
            KeyId: keyId,
            ...messageOf(Buffer.from(text)),
            SigningAlgorithm: 'ECDSA_SHA_256',
          }),
        ),
      );
      return sidesOf(Signature ?? missing('signature', keyId));
    },
  };
}

/** KMS signs no longer text, but signs its SHA-256 instead. A token for many services is longer. */
const RAW_BYTES_MAX = 4_096;

function messageOf(text: Buffer): Pick<SignCommandInput, 'Message' | 'MessageType'> {
  if (text.length <= RAW_BYTES_MAX) return { Message: text, MessageType: 'RAW' };
  return { Message: createHash('sha256').update(text).digest(), MessageType: 'DIGEST' };
}

/**
 * The key for a person at a terminal: with the person's own credentials, and with the person's own region unless one is
 * given.
 */
export function operatorTokenKey({
  keyId,
  region,
}: {
  readonly keyId: string;
  readonly region?: string | undefined;
}): TokenKey {
  return kmsTokenKey(new KMSClient({ ...quickCalls, ...(region === undefined ? {} : { region }) }), keyId);
}

const SIDE_BYTES = 32;

/**
 * KMS answers with a DER sequence of two integers, and a token has the two side by side. In DER, an integer has one
 * leading zero byte when its first bit is set, and no other leading zeros. So a part has up to 33 bytes in DER and
 * exactly 32 in the token.
 */
function sidesOf(der: Uint8Array): Uint8Array {
  const sides = Buffer.alloc(2 * SIDE_BYTES);
  let at = 2;
  for (const end of [SIDE_BYTES, 2 * SIDE_BYTES]) {
    const length = der[at + 1] ?? 0;
    const integer = der.subarray(at + 2, at + 2 + length);
    const side = integer[0] === 0 ? integer.subarray(1) : integer;
    if (der[at] !== 0x02 || side.length > SIDE_BYTES || integer.length !== length) throw notASignature();
    sides.set(side, end - side.length);
    at += 2 + length;
  }
  if (der[0] !== 0x30 || at !== der.length) throw notASignature();
  return sides;
}

function notASignature(): SlipwayError {
  return new SlipwayError('Broken', 'KMS answered with no ECDSA signature. Check that the key is of ECC_NIST_P256.');
}

function missing(what: string, keyId: string): never {
  throw new SlipwayError(
    'Broken',
    `KMS answered without a ${what} of ${keyId}. Check that the key signs and verifies.`,
  );
}
