/**
 * The key that signs Slipway's own tokens. The place that stores the key decides who may sign. One suite in
 * tests/contracts tests the key in KMS and its double.
 */
export interface TokenKey {
  /** Returns the public key, as SPKI in DER. */
  publicKey(): Promise<Uint8Array>;
  /** Signs the text by ECDSA with P-256 and SHA-256. Returns the 64 bytes of r and s, in the form of ES256. */
  sign(text: string): Promise<Uint8Array>;
}
