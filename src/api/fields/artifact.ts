/**
 * The schema of an artifact. It has a message for each name that Lambda would otherwise refuse after the deployment is
 * open.
 */
import * as z from 'zod/mini';
import { BUCKET, IMAGE, isObjectKey, OBJECT_KEY, OBJECT_VERSION } from '../../domain/lambda/artifact-names.ts';
import { says } from './messages.ts';
import { Version } from './request-fields.ts';

const bucketError = says(
  (value) =>
    `The bucket is ${value}; write the name of a bucket, 3 to 63 of letters, digits, ., - and _, without a . at its end.`,
);
const keyError = says(
  (value) => `The key is ${value}; write the key of an object, 1 to 1024 bytes of UTF-8 without control characters.`,
);
const objectVersionError = says(
  (value) =>
    `The object version is ${value}; write the version id that S3 shows, 1 to 1024 characters of ASCII without spaces.`,
);
const imageError = says(
  (value) =>
    `The image is ${value}; write the address of an image with its tag or digest, 1 to 2000 characters of ASCII without spaces.`,
);

export const Artifact = z.union(
  [
    z.strictObject({ version: Version }),
    z.strictObject({
      s3: z.strictObject({
        bucket: z.string(bucketError).check(z.regex(BUCKET, bucketError)),
        key: z
          .string(keyError)
          .check(z.regex(OBJECT_KEY, { ...keyError, abort: true }), z.refine(isObjectKey, keyError)),
        objectVersion: z.optional(z.string(objectVersionError).check(z.regex(OBJECT_VERSION, objectVersionError))),
      }),
    }),
    z.strictObject({ image: z.string(imageError).check(z.regex(IMAGE, imageError)) }),
  ],
  says(
    (value) =>
      `The artifact is ${value}; write one of {"version": "42"}, {"version": "latest"}, {"s3": {"bucket": ..., "key": ...}} or {"image": ...}.`,
  ),
);
