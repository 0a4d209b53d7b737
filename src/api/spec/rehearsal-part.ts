/**
 * The schema of `rehearsal` in `slipway.yml`: the handler and the traffic of `npm start`, and the model of `slipway
 * rehearse`.
 */
import * as z from 'zod/mini';
import type { RehearsalPart } from '../../domain/service/service-spec.ts';
import { readsAll } from '../../spec/reads-all.ts';
import { says } from '../fields/messages.ts';
import { RehearsalTriggers } from './rehearsal-triggers.ts';
import { Environment, EventSource, Handler, Layers, TimeoutSeconds } from './rehearsed-handler.ts';

const rateError = says((value) => `The traffic is ${value} requests a second; write a number from 0 to 200.`);

interface Figure {
  readonly noun: string;
  /** The description that an editor shows for the field. */
  readonly about: string;
  readonly unit?: string;
  readonly min: number;
  readonly max: number;
}

/** An optional figure of the model. When it is left out, the model uses its assumption. */
function figure({ noun, about, unit = '', min, max }: Figure) {
  const error = says((value) => `The ${noun} is ${value}${unit}; write a number from ${min} to ${max}.`);
  return z.optional(z.number(error).check(z.minimum(min, error), z.maximum(max, error), z.describe(about)));
}

const latency = (noun: string, about: string) => figure({ noun, about, unit: ' ms', min: 0.01, max: 900_000 });

const Outage = z
  .strictObject({
    percentOfRollouts: figure({
      noun: 'share of rollouts with an outage',
      about: 'In so many of a hundred rollouts it happens.',
      unit: ' %',
      min: 0,
      max: 100,
    }),
    minutes: figure({
      noun: 'length of an outage',
      about: 'How long it lasts.',
      unit: ' minutes',
      min: 0.1,
      max: 1_440,
    }),
    errorFactor: figure({
      noun: 'factor of errors in an outage',
      about: 'So many times the errors of both versions.',
      min: 1,
      max: 10_000,
    }),
  })
  .check(z.describe('A shared outage, which is the fault of neither version.'));

const quantileError = says(() => 'The p99 lies below the median. Write one that is not below it.');

const Model = z
  .strictObject({
    requestsPerSecond: figure({
      noun: 'traffic of the model',
      about: 'Mean over a day.',
      unit: ' requests a second',
      min: 0.001,
      max: 1_000_000,
    }),
    swingPercent: figure({
      noun: 'swing of the day',
      about: 'How far the busiest hour lies above that mean, and the quietest below it.',
      unit: ' %',
      min: 0,
      max: 100,
    }),
    errorPercent: figure({
      noun: 'error rate of the model',
      about: 'Requests to the stable version that fail.',
      unit: ' %',
      min: 0,
      max: 100,
    }),
    medianMs: latency('median latency', 'What half of the requests to the stable version take at most.'),
    p99Ms: latency('p99 latency', 'What 99 % of the requests to the stable version take at most.'),
    noisePercent: figure({
      noun: 'noise from minute to minute',
      about: 'How far error rate and latency stray from minute to minute beyond chance.',
      unit: ' %',
      min: 0,
      max: 200,
    }),
    coldStartMs: figure({
      noun: 'time of a cold start',
      about: 'What a request takes longer when it starts a new instance.',
      unit: ' ms',
      min: 0,
      max: 60_000,
    }),
    outage: z.optional(Outage),
  })
  .check(
    z.refine(({ medianMs = 0, p99Ms = medianMs }) => p99Ms >= medianMs, { ...quantileError, path: ['p99Ms'] }),
    z.describe(
      'For slipway rehearse and slipway calibrate: how the service behaves. What is left out is assumed, and the report says so.',
    ),
  );

const Part = z
  .strictObject({
    handler: z.optional(Handler),
    requestsPerSecond: z
      ._default(z.number(rateError).check(z.minimum(0, rateError), z.maximum(200, rateError)), 20)
      .check(z.describe('For npm start: the calls that it makes to the alias or workload. 0 makes none.')),
    event: z.optional(EventSource),
    environment: z.optional(Environment),
    timeoutSeconds: z.optional(TimeoutSeconds),
    layers: z.optional(Layers),
    triggers: z.optional(RehearsalTriggers),
    model: z.optional(Model),
  })
  .check(
    z.describe(
      'Where there is no AWS: for npm start the handler that is the first version, what it runs with and its traffic, for slipway rehearse a model. AWS ignores it.',
    ),
  );

export const RehearsalPartSchema = readsAll<RehearsalPart>()(Part);
