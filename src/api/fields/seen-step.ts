/** The step that a caller saw, in requests about a deployment in flight. */
import * as z from 'zod/mini';
import { says } from './messages.ts';
import { Reason } from './request-fields.ts';

const error = says((value) => `The step is ${value}; write the number of the step that you saw, from 1.`);
const step = (says: string) => z.optional(z.int(error).check(z.minimum(1, error), z.describe(says)));

/** A late click must not act on the step that follows. */
export const WithReasonAndStep = z.strictObject({
  reason: Reason,
  step: step('The `step.number` that you saw. When the deployment has left that step, the answer is 409.'),
});

/** A rollback is right at every step, so an abort is never refused for its step. */
export const WithReasonAtAnyStep = z.strictObject({
  reason: Reason,
  step: step('Not looked at: an abort is right at every step.'),
});
