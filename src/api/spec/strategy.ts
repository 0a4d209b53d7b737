/** The schema of a strategy: the name of a preset, or an ordered list of steps. */
import * as z from 'zod/mini';
import { PRESETS } from '../../domain/service/strategy.ts';
import { HoursForm, MinutesForm, SecondsForm } from '../../spec/duration.ts';
import { ApproveForm, BakeForm, JudgeStepForm, SetWeightForm, WithinForm } from '../../spec/strategy.ts';
import { written } from '../../spec/written.ts';
import { listed, says, shown } from '../fields/messages.ts';

const DAY_HOURS = 24;
const WEEK_HOURS = 7 * DAY_HOURS;

/**
 * The schema of a length of time in exactly one unit, within the limits. `noun` begins the message about a wrong
 * length.
 */
export function duration({ noun, maxHours, min = 1 }: { noun: string; maxHours: number; min?: 0 | 1 }) {
  const bounds = `a ${noun} lasts from ${min} second${min === 1 ? '' : 's'} to ${maxInWords(maxHours)}, in whole numbers`;
  const amount = (unit: string, max: number) => {
    const error = says((value) => `The ${noun} is ${value} ${unit}; ${bounds}.`);
    return z.int(error).check(z.minimum(min, error), z.maximum(max, error));
  };
  return z.union(
    [
      written(SecondsForm, { seconds: amount('seconds', Math.round(maxHours * 3_600)) }),
      written(MinutesForm, { minutes: amount('minutes', Math.round(maxHours * 60)) }),
      written(HoursForm, { hours: amount('hours', Math.floor(maxHours)) }),
    ],
    says((value) => `The ${noun} is ${value}; write one of seconds, minutes or hours, for example {"minutes": 5}.`),
  );
}

const weightError = says((value) => `The weight is ${value}; a weight is a whole number from 1 to 100.`);

const StepSchema = z.union(
  [
    written(SetWeightForm, {
      setWeight: z
        .int(weightError)
        .check(
          z.minimum(1, weightError),
          z.maximum(100, weightError),
          z.describe(
            'Share of live calls, in percent, that goes to the new version. Each weight is above the one before.',
          ),
        ),
    }),
    written(BakeForm, {
      bake: duration({ noun: 'bake', maxHours: DAY_HOURS }).check(
        z.describe('Wait at the present weight, while alarms and evidence may end the wait early.'),
      ),
    }),
    written(JudgeStepForm, {
      judge: z.strictObject({}).check(z.describe("Ask the service's judge. A bad verdict takes the traffic back.")),
    }),
    written(ApproveForm, {
      approve: written(WithinForm, {
        within: duration({ noun: 'time to approve', maxHours: WEEK_HOURS }).check(
          z.describe('How long the rollout waits for the person.'),
        ),
      }).check(z.describe('Wait for a person. Without an approval in time, the rollout goes back.')),
    }),
  ],
  {
    error: ({ input }) =>
      `A step is exactly one of setWeight, bake, judge or approve; this is ${shown(input)}. Write, for example, {"setWeight": 10}.`,
  },
);

export const StrategySchema = z
  .union(
    [
      z.enum(PRESETS),
      z.array(StepSchema).check(
        z.maxLength(100, {
          error: ({ input }) =>
            `The strategy has ${(input as unknown[]).length} steps; 100 are the most. Take some out.`,
        }),
      ),
    ],
    says((value) => `The strategy is ${value}; write ${listed(PRESETS)}, or a list of steps.`),
  )
  .check(
    z.meta({
      title: 'Strategy',
      description:
        'How a rollout goes forward: a preset, or an ordered list of steps. After the last step the new version is promoted.',
      examples: [
        'canary10Percent5Minutes',
        [{ setWeight: 10 }, { bake: { minutes: 5 } }, { judge: {} }, { approve: { within: { hours: 1 } } }],
      ],
    }),
  );

function maxInWords(hours: number): string {
  if (hours < 1) return `${Math.round(hours * 60)} minutes`;
  return hours > DAY_HOURS ? `${hours / DAY_HOURS} days` : `${hours} hours`;
}
