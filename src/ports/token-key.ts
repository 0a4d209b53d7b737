/**
 * The key that signs Slipway's own tokens. The place that keeps the key decides who may sign with it. tests/contracts holds the
 * key in KMS and its double to the same promises.
 */
export interface TokenKey {
  /** The public half, as SPKI in DER. */
  publicKey(): Promise<Uint8Array>;
  /** ECDSA with P-256 and SHA-256 over the text: the 64 bytes of r and s, as ES256 has them. */
  sign(text: string): Promise<Uint8Array>;
}
