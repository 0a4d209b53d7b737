import { createHash, createPublicKey, createSign, createVerify, generateKeyPairSync } from 'node:crypto';
import { GetPublicKeyCommand, KMSClient, SignCommand } from '@aws-sdk/client-kms';
import { mockClient } from 'aws-sdk-client-mock';
import { kmsTokenKey } from '../../src/aws/kms-token-key.ts';
import type { TokenKey } from '../../src/ports/token-key.ts';
import { sdkError } from '../aws/sdk-error.ts';
import { aTokenKey } from '../tokens/a-token-key.ts';

/** A KMS with the operations that Slipway uses: a P-256 key that signs what it gets, with signatures in DER. */
function kmsWithKey() {
  const pair = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const client = new KMSClient({ region: 'eu-west-1' });
  const kms = mockClient(client);
  kms.on(GetPublicKeyCommand, { KeyId: 'key-1' }).callsFake(async () => ({
    PublicKey: new Uint8Array(pair.publicKey.export({ format: 'der', type: 'spki' })),
  }));
  kms
    .on(SignCommand, { KeyId: 'key-1', MessageType: 'RAW', SigningAlgorithm: 'ECDSA_SHA_256' })
    .callsFake(async ({ Message }) => ({
      Signature: new Uint8Array(createSign('sha256').update(Message).sign(pair.privateKey)),
    }));
  return { kms, key: kmsTokenKey(client, 'key-1') };
}

const keys: readonly (readonly [string, () => TokenKey])[] = [
  ['the key in KMS', () => kmsWithKey().key],
  ['its double', () => aTokenKey()],
];

test.each(keys)(
  '%s makes signatures that its public half verifies, of two 32-byte numbers, every time',
  async (_which, open) => {
    const key = open();
    const publicKey = createPublicKey({ key: Buffer.from(await key.publicKey()), format: 'der', type: 'spki' });
    expect(publicKey.asymmetricKeyDetails).toEqual({ namedCurve: 'prime256v1' });
    // One signature in 128 has a number with a leading zero, which DER leaves out.
    for (let index = 0; index < 600; index += 1) {
      const text = `content ${index}`;
      const signature = await key.sign(text);
      expect(signature).toHaveLength(64);
      expect(createVerify('sha256').update(text).verify({ key: publicKey, dsaEncoding: 'ieee-p1363' }, signature)).toBe(
        true,
      );
      expect(createVerify('sha256').update('x').verify({ key: publicKey, dsaEncoding: 'ieee-p1363' }, signature)).toBe(
        false,
      );
    }
  },
);

test('a text that is too long for KMS is signed by its digest, and a shorter text directly', async () => {
  const { kms, key } = kmsWithKey();
  kms.on(SignCommand).resolves({ Signature: Uint8Array.from([0x30, 0x06, 0x02, 0x01, 1, 0x02, 0x01, 1]) });
  const [fits, longer] = ['x'.repeat(4_096), 'x'.repeat(4_097)] as const;
  await key.sign(fits);
  await key.sign(longer);
  expect(kms.commandCalls(SignCommand).map(({ args: [{ input }] }) => [input.MessageType, input.Message])).toEqual([
    ['RAW', Buffer.from(fits)],
    ['DIGEST', createHash('sha256').update(longer).digest()],
  ]);
});

test.each([
  ['a sequence that is none', [0x31, 0x06, 0x02, 0x01, 1, 0x02, 0x01, 1]],
  ['a part that is no integer', [0x30, 0x06, 0x04, 0x01, 1, 0x02, 0x01, 1]],
  ['an integer that is cut off', [0x30, 0x06, 0x02, 0x01, 1, 0x02, 0x21, 1]],
  ['an integer that is too long', [0x30, 0x46, 0x02, 0x22, ...Array(34).fill(1), 0x02, 0x01, 1]],
  ['something behind it', [0x30, 0x06, 0x02, 0x01, 1, 0x02, 0x01, 1, 0]],
  ['nothing', []],
])('a signature that is %s is Broken', async (_what, bytes) => {
  const { kms, key } = kmsWithKey();
  kms.on(SignCommand).resolves({ Signature: Uint8Array.from(bytes) });
  await expect(key.sign('x')).rejects.toMatchObject({
    name: 'Broken',
    message: expect.stringContaining('ECC_NIST_P256'),
  });
});

test('a refusal by KMS says what was tried and what it needs, and a passing failure is Transient', async () => {
  const { kms, key } = kmsWithKey();
  kms.on(SignCommand).rejects(sdkError('AccessDeniedException'));
  await expect(key.sign('x')).rejects.toMatchObject({
    name: 'Broken',
    message: expect.stringMatching(/sign with key-1.*kms:Sign/),
  });
  kms.on(GetPublicKeyCommand).rejects(sdkError('KMSInternalException', { status: 500 }));
  await expect(key.publicKey()).rejects.toMatchObject({ name: 'Transient' });
  kms.on(GetPublicKeyCommand).resolves({});
  await expect(key.publicKey()).rejects.toMatchObject({
    name: 'Broken',
    message: expect.stringContaining('without a public key'),
  });
});
