/**
 * The names of code that Lambda and S3 accept. Slipway refuses any other name before it opens a deployment, and not in
 * the middle of a rollout.
 */

/** The bucket names that Lambda accepts. It accepts a few names that S3 no longer allows for a new bucket. */
export const BUCKET = /^[0-9A-Za-z._-]{2,62}[0-9A-Za-z_-]$/;

/** At most 1,024 characters, without control characters. S3's own limit counts bytes; `isObjectKey` checks it. */
export const OBJECT_KEY = /^\P{Cc}{1,1024}$/u;
const KEY_BYTES_MAX = 1_024;

export const OBJECT_VERSION = /^[\x21-\x7e]{1,1024}$/;

/** The address of an image, for Lambda and for Kubernetes: ASCII only, without spaces and control characters. */
export const IMAGE = /^[\x21-\x7e]{1,2000}$/;

/** Lambda limits the characters of a key, S3 its bytes; a key must satisfy both. */
export function isObjectKey(text: string): boolean {
  return OBJECT_KEY.test(text) && bytesIn(text) <= KEY_BYTES_MAX;
}

function bytesIn(text: string): number {
  return new TextEncoder().encode(text).length;
}
