/** The schema of `alarms` in `slipway.yml`: names of existing alarms, and alarms that the spec describes. */
import * as z from 'zod/mini';
import { says, shown } from '../fields/messages.ts';
import { MILLISECONDS, numberIn, OVER, PERCENT, type WrittenAlarm } from './written-alarms.ts';

const nameError = says((value) => `The alarm is ${value}; write the name of a CloudWatch alarm, 1 to 255 characters.`);
const AlarmName = z.string(nameError).check(z.minLength(1, nameError), z.maxLength(255, nameError));

const percentError = says(
  (value) => `The share is ${value}; write it above 0 and below 100 with its sign, for example "1 %".`,
);
const percent = () =>
  z.string(percentError).check(
    z.regex(PERCENT, percentError),
    z.refine((text) => isWithin(text, { pattern: PERCENT, above: 0, below: 100 }), percentError),
  );

const latencyError = says(
  (value) => `The latency is ${value}; write it above 0 with its unit, for example "800 ms" (at most 900000 ms).`,
);
const Latency = z.string(latencyError).check(
  z.regex(MILLISECONDS, latencyError),
  z.refine((text) => isWithin(text, { pattern: MILLISECONDS, above: 0, below: 900_000.001 }), latencyError),
);
const percentileError = says((value) => `The percentile is ${value}; write a number from 50 to 99.9.`);

const overError = says(
  (value) =>
    `The period is ${value}; Lambda is measured by the minute, so write whole minutes, "1 minute" to "60 minutes".`,
);
const Over = z
  .union(
    [
      z.string(overError).check(
        z.regex(OVER, overError),
        z.refine((text) => isWithin(text, { pattern: OVER, above: 0, below: 61 }), overError),
      ),
      z.strictObject({
        minutes: z
          .int(overError)
          .check(z.minimum(1, overError), z.maximum(60, overError), z.describe('How many minutes.')),
      }),
    ],
    overError,
  )
  .check(
    z.describe('Red when the whole period lies above the limit. Whole minutes: Lambda is measured by the minute.'),
  );

const name = z.optional(
  AlarmName.check(z.describe('Name of the alarm. Left out, it is the name of the service and -errors, for example.')),
);
const alarmError = {
  error: ({ input }: { readonly input?: unknown }) =>
    `The alarm is ${shown(input)}; write its name, or describe it, for example { errorsAbove: 1 %, over: 1 minute }.`,
};

/** One alarm of the list, as a team writes it. */
export const AlarmSchema = z.union(
  [
    AlarmName,
    z.strictObject({
      errorsAbove: percent().check(
        z.describe(
          'Above this the alarm is red: invocations that failed, and answers with a status of 500 or more, of a hundred. Above 0 and below 100, such as 1 %.',
        ),
      ),
      over: Over,
      name,
    }),
    z.strictObject({
      serverErrorsAbove: percent().check(
        z.describe(
          'Above this the alarm is red: answers with a status of 500 or more, of a hundred invocations. Above 0 and below 100, such as 1 %.',
        ),
      ),
      over: Over,
      name,
    }),
    z.strictObject({
      latencyAbove: Latency.check(
        z.describe('Above this the alarm is red: a number above 0 with its unit, such as 800 ms. At most 900000 ms.'),
      ),
      percentile: z
        ._default(z.number(percentileError).check(z.minimum(50, percentileError), z.maximum(99.9, percentileError)), 99)
        .check(z.describe('Which percentile of the durations is compared with the limit.')),
      over: Over,
      name,
    }),
  ],
  alarmError,
) satisfies z.ZodMiniType<WrittenAlarm>;

interface Bounds {
  readonly pattern: RegExp;
  readonly above: number;
  readonly below: number;
}

function isWithin(text: string, { pattern, above, below }: Bounds): boolean {
  const value = numberIn(text, pattern);
  // For a text of another form, the pattern has already given the message.
  return Number.isNaN(value) || (value > above && value < below);
}
