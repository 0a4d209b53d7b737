/**
 * The schema of `rehearsal.triggers` in `slipway.yml`: the callers of the function in `npm start`, and whether they
 * bypass its alias.
 */
import * as z from 'zod/mini';
import { type RehearsedTrigger, TRIGGER_KINDS } from '../../domain/service/rehearsed-trigger.ts';
import { listed, says } from '../fields/messages.ts';

const kindError = says((value) => `The kind of the trigger is ${value}; write ${listed(TRIGGER_KINDS)}.`);
const nameError = says((value) => `The name of the trigger is ${value}; write 1 to 100 letters, digits, - and _.`);
const calledError = says(
  (value) => `The trigger calls ${value}; write an alias, the number of a version, or $LATEST for the function itself.`,
);
const rateError = says((value) => `The trigger has ${value} requests a second; write a number from 0 to 200.`);

const Trigger = z.strictObject({
  kind: z.enum(TRIGGER_KINDS, kindError).check(z.describe('What calls the function.')),
  name: z
    .string(nameError)
    .check(
      z.regex(/^[\w-]{1,100}$/, nameError),
      z.describe('Name of the API, the rule, the bucket, the queue and so on.'),
    ),
  calledAs: z.optional(
    z
      .string(calledError)
      .check(
        z.regex(/^(\$LATEST|[\w-]{1,128})$/, calledError),
        z.describe('The alias or version that is called. Left out, the function itself.'),
      ),
  ),
  requestsPerSecond: z.optional(
    z
      .number(rateError)
      .check(z.minimum(0, rateError), z.maximum(200, rateError), z.describe('How many calls the trigger makes.')),
  ),
}) satisfies z.ZodMiniType<RehearsedTrigger>;

export const RehearsalTriggers = z
  .array(Trigger)
  .check(
    z.maxLength(20),
    z.describe(
      'For npm start: what calls the function, as its triggers do in AWS. Without calledAs a trigger calls the function itself, past its alias, as most tools set it up.',
    ),
  );
