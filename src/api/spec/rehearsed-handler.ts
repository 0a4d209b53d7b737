/**
 * The fields of `rehearsal` that say how `npm start` runs a handler: the module, its settings, and the events of its
 * calls.
 */
import * as z from 'zod/mini';
import { EVENT_FORMS, isEventSource } from '../../domain/service/event-source.ts';
import { says, shown } from '../fields/messages.ts';

const HANDLER_FORMS = 'write it as Lambda has it, for example src/app.handler, or a file, for example src/handler.mjs';
const handlerError = says((value) => {
  const isJava = value.includes('::');
  return isJava
    ? `The handler is ${value}, which is not one of Node. Slipway deploys it in AWS like any other; npm start runs Node handlers only. Name one of Node here, or register the service in AWS only.`
    : `The handler is ${value}; ${HANDLER_FORMS}.`;
});
/** The last part of the path has a dot: before the name of an export, or before the extension of a file. */
const HANDLER = /^[^\t\n\r:]*[^\t\n\r:/\\.][^\t\n\r:/\\]*\.[^\t\n\r:/\\.]+$/;

export const Handler = z
  .string(handlerError)
  .check(
    z.maxLength(500),
    z.regex(HANDLER, handlerError),
    z.describe(
      'The first version: module and export as Lambda names them, src/app.handler, or a file, src/handler.mjs; JavaScript or TypeScript. From the folder of slipway.yml, or, in a request, from the folder in which npm start was started.',
    ),
  );

const eventError = says((value) => `The event is ${value}; write ${EVENT_FORMS}.`);
const weightError = says((value) => `The weight of an event is ${value}; write a number from 0.001 to 1000000.`);
const One = z.string(eventError).check(z.maxLength(500), z.refine(isEventSource, eventError));
const Weighted = z
  .record(One, z.number(weightError).check(z.minimum(0.001, weightError), z.maximum(1_000_000, weightError)))
  .check(
    z.refine((events) => Object.keys(events).length > 0 && Object.keys(events).length <= 100, {
      error: `The event has no entry, or more than 100; write ${EVENT_FORMS}.`,
    }),
  );
export const EventSource = z
  .union([One, Weighted], eventError)
  .check(
    z.describe(
      'What a call brings: the name of a sample after AWS, a request such as "GET /orders", a JSON file, or up to 100 of them with their weights. Left out, http.',
    ),
  );

/** Variables that Lambda sets itself and does not accept. */
const RESERVED =
  /^(_HANDLER|_X_AMZN_TRACE_ID|AWS_(DEFAULT_REGION|REGION|EXECUTION_ENV|ACCESS_KEY|ACCESS_KEY_ID|SECRET_ACCESS_KEY|SESSION_TOKEN|LAMBDA_.*)|LAMBDA_(TASK_ROOT|RUNTIME_DIR)|TZ)$/;
const valueError = says(
  (value) => `The value in the environment is ${value}; write a text, and put a number or true in quotes.`,
);
const ENVIRONMENT_MAX = 4_096;
const sizeError = says(() => `The environment has more than ${ENVIRONMENT_MAX} characters, and Lambda takes no more.`);

export const Environment = z.record(z.string(), z.string(valueError)).check(
  z.check(({ value, issues }) => {
    for (const name of Object.keys(value)) {
      if (/^[a-zA-Z][a-zA-Z0-9_]+$/.test(name) && !RESERVED.test(name)) continue;
      issues.push({ code: 'custom', path: [name], input: name, message: nameProblem(name) });
    }
  }),
  z.refine((environment) => JSON.stringify(environment).length <= ENVIRONMENT_MAX, sizeError),
  z.describe(
    `Environment variables of the handler. Nothing else of this machine is in its environment. At most ${ENVIRONMENT_MAX} characters in all.`,
  ),
);

function nameProblem(name: string): string {
  if (RESERVED.test(name)) return `Lambda sets ${name} itself, and the rehearsal does so too. Leave it out.`;
  return `A name in the environment is ${shown(name)}; write at least 2 letters, digits and _, with a letter first.`;
}

const timeoutError = says((value) => `The timeout is ${value} seconds; write a whole number from 1 to 900.`);
export const TimeoutSeconds = z
  .int(timeoutError)
  .check(
    z.minimum(1, timeoutError),
    z.maximum(900, timeoutError),
    z.describe('After which a call is ended, and its instance with it. Left out, 3 seconds, as in Lambda.'),
  );

const layerError = says((value) => `The layer is ${value}; write the path of a folder, for example layers/shared.`);
export const Layers = z
  .array(z.string(layerError).check(z.minLength(1, layerError), z.maxLength(500, layerError)))
  .check(
    z.maxLength(5),
    z.describe('Folders that stand for layers, with what they have below /opt, for example nodejs/node_modules.'),
  );
