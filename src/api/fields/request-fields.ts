/** The fields that several routes have. */
import * as z from 'zod/mini';
import { says } from './messages.ts';

/** Accepts any text: an unknown deployment gives status 404, whatever its id looks like. */
export const DeploymentId = z.object({ id: z.string().check(z.minLength(1), z.maxLength(200)) });

/** Accepts any text: an unknown run gives status 404, whatever its id looks like. */
export const PipelineRunId = z.object({ id: z.string().check(z.minLength(1), z.maxLength(200)) });

const nameError = says(
  (value) => `The name is ${value}; a name is 1 to 63 of a-z, 0-9 and -, and begins with a letter.`,
);
export const ServiceName = z
  .string(nameError)
  .check(z.regex(/^[a-z][a-z0-9-]{0,62}$/, nameError), z.describe('The name of the service, unique in this Slipway.'));

/** Accepts any text: an unknown service gives status 404, whatever its name looks like. */
export const ServiceNamed = z.object({ name: z.string().check(z.minLength(1), z.maxLength(255)) });

const reasonError = says((value) => `The reason is ${value}; say in 1 to 1000 characters why, for the timeline.`);
export const Reason = z
  .string(reasonError)
  .check(z.regex(/\S/, reasonError), z.maxLength(1_000, reasonError), z.describe('Why. It stands in the timeline.'));
export const WithReason = z.strictObject({ reason: Reason });

const revisionError = says(
  (value) => `The revision is ${value}; write the whole id of a commit, 40 characters of 0-9 and a-f.`,
);
export const Revision = z.string(revisionError).check(z.regex(/^[0-9a-f]{40}([0-9a-f]{24})?$/, revisionError));

const versionError = says(
  (value) =>
    `The version is ${value}; write "latest" for what is in $LATEST, the number of a published Lambda version such as 42, its ARN, or a version on Kubernetes such as "v0123456789ab".`,
);
const VERSION = /^([1-9]\d{0,19}|v(0-)?[0-9a-f]{12}|latest|\$LATEST|arn:[^\s]{1,300})$/;
/**
 * Converts a version to the text that Slipway uses everywhere: a number becomes text, and `$LATEST` becomes `latest`.
 */
export const Version = z.pipe(
  z.union(
    [
      z.string(versionError).check(z.regex(VERSION, versionError)),
      z.int(versionError).check(z.minimum(1, versionError)),
    ],
    versionError,
  ),
  z.transform((version) => (version === '$LATEST' ? 'latest' : String(version))),
);
