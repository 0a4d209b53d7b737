/** The names of code, as Lambda and S3 take them. Others are refused before a deployment is opened, and not in mid-rollout. */

/** As Lambda takes the name of a bucket, which is a little more than S3 lets somebody make today. */
export const BUCKET = /^[0-9A-Za-z._-]{2,62}[0-9A-Za-z_-]$/;

/** At most 1,024 characters, of which none is a control character; the bytes are S3's own limit, `isObjectKey`. */
export const OBJECT_KEY = /^\P{Cc}{1,1024}$/u;
const KEY_BYTES_MAX = 1_024;

export const OBJECT_VERSION = /^[\x21-\x7e]{1,1024}$/;

/** On Lambda and on Kubernetes: the address of an image has no spaces, control characters or letters beyond ASCII. */
export const IMAGE = /^[\x21-\x7e]{1,2000}$/;

/** S3 counts bytes, and Lambda characters. */
export function isObjectKey(text: string): boolean {
  return OBJECT_KEY.test(text) && bytesIn(text) <= KEY_BYTES_MAX;
}

function bytesIn(text: string): number {
  return new TextEncoder().encode(text).length;
}
