/**
 * The schema of `slipway.yml`, in the file and over HTTP. It parses into the domain's ServiceSpec and refuses every
 * unknown field. At the end it applies the domain's rules between fields.
 */
import * as z from 'zod/mini';
import { EXTENSIONS_MAX } from '../../domain/deployment/rollout.ts';
import { DEADLINE_HOURS_MAX } from '../../domain/deployment/time-needed.ts';
import { PIN_PREFIX } from '../../domain/lambda/pin.ts';
import { specProblems } from '../../domain/preflight/spec-problems.ts';
import { type FieldProblem, NO_DATA_POLICIES, type ServiceSpec } from '../../domain/service/service-spec.ts';
import {
  FunctionHookForm,
  HooksForm,
  LambdaTargetForm,
  ServiceSpecForm,
  WebhookForm,
} from '../../spec/service-spec.ts';
import { written } from '../../spec/written.ts';
import { kindOf, listed, says, shown } from '../fields/messages.ts';
import { type Read, readFields } from '../fields/read-fields.ts';
import { ServiceName } from '../fields/request-fields.ts';
import { AlarmSchema } from './alarms.ts';
import { JudgeSchema } from './judge.ts';
import { KubernetesTargetSchema } from './kubernetes-target.ts';
import { RehearsalPartSchema } from './rehearsal-part.ts';
import { duration, StrategySchema } from './strategy.ts';
import { alarmProblems, specRead, type WrittenSpec } from './written-alarms.ts';

export function readServiceSpec(
  value: unknown,
):
  | { readonly ok: true; readonly spec: ServiceSpec }
  | { readonly ok: false; readonly errors: readonly FieldProblem[] } {
  const read: Read<ServiceSpec> = readFields(ServiceSpecSchema, value);
  return read.ok ? { ok: true, spec: read.value } : read;
}

const functionError = says(
  (value) => `The function is ${value}; write a Lambda function's name, 1 to 64 of letters, digits, - and _.`,
);
/** Lambda allows 128 characters. The alias that pins the version before needs some of them. */
const ALIAS_MAX = 128 - PIN_PREFIX.length;
const aliasError = says(
  (value) =>
    `The alias is ${value}; write 1 to ${ALIAS_MAX} of letters, digits, - and _, not only digits, for example live.`,
);
const pinError = says(
  (value) => `The alias is ${value}, and Slipway keeps aliases that begin with ${PIN_PREFIX} for itself. Name another.`,
);
const LambdaTargetSchema = written(LambdaTargetForm, {
  function: z
    .string(functionError)
    .check(z.regex(/^[A-Za-z0-9_-]{1,64}$/, functionError), z.describe('Name of the function, not its ARN.')),
  alias: z
    ._default(
      z
        .string(aliasError)
        .check(
          z.maxLength(ALIAS_MAX, aliasError),
          z.regex(/^(?!\d+$)[A-Za-z0-9_-]+$/, aliasError),
          z.regex(new RegExp(`^(?!${PIN_PREFIX})`), pinError),
        ),
      'live',
    )
    .check(z.describe('The alias through which the function is called. Slipway moves its weights.')),
}).check(z.describe('A Lambda function, by one of its aliases.'));
const Target = z
  .discriminatedUnion('kind', [LambdaTargetSchema, KubernetesTargetSchema], {
    error: ({ input }) => `The kind of target is ${shown(kindOf(input))}; write "lambda" or "kubernetes".`,
  })
  .check(
    z.describe(
      'Where the service runs: a Lambda function and the alias through which it is called, or a workload on a Kubernetes cluster.',
    ),
  );

const Alarms = z.array(AlarmSchema).check(
  z.maxLength(50),
  z.meta({
    uniqueItems: true,
    description:
      'CloudWatch alarms that roll a new version back when they turn red: by name, or described, for slipway adopt to make. Each is named once. A Kubernetes target takes names only.',
  }),
);

const HOOK_FUNCTION = /^[A-Za-z0-9_-]{1,64}(:[A-Za-z0-9_-]{1,128})?$/;
const hookError = says((value) => `The function is ${value}; write a Lambda function's name, with or without :alias.`);
const webhookError = says((value) => `The webhook is ${value}; write an address that begins with https://.`);
const Hook = z.union(
  [
    written(FunctionHookForm, {
      function: z
        .string(hookError)
        .check(
          z.regex(HOOK_FUNCTION, hookError),
          z.describe('A Lambda function that Slipway invokes, with or without :alias.'),
        ),
    }),
    written(WebhookForm, {
      webhook: z
        .string(webhookError)
        .check(
          z.maxLength(2_000),
          z.regex(/^https:\/\/[^\s/@?#]+(\/\S*)?$/, webhookError),
          z.describe('An address that Slipway calls. It begins with https://.'),
        ),
    }),
  ],
  says((value) => `The hook is ${value}; write {"function": "a-name"} or {"webhook": "https://..."}.`),
);
const hookList = (about: string) => z._default(z.array(Hook).check(z.maxLength(10)), []).check(z.describe(about));

/** A person writes the alarms in another form, and may add how the service is rehearsed. */
const own = { alarms: z._default(Alarms, []), rehearsal: z.optional(RehearsalPartSchema) };
const WrittenForm = z.extend(z.omit(ServiceSpecForm, { describedAlarms: true }), own);

/** A spec in the form in which teams write it and the API returns it. */
export const WrittenSpecSchema = written(WrittenForm, {
  ...own,
  name: ServiceName,
  target: Target,
  strategy: z._default(StrategySchema, 'canary10Percent5Minutes'),
  judge: z._default(JudgeSchema, { kind: 'alarms-only' }),
  noData: z
    ._default(
      z.enum(
        NO_DATA_POLICIES,
        says((value) => `The policy is ${value}; write ${listed(NO_DATA_POLICIES)}.`),
      ),
      'hold',
    )
    .check(
      z.describe(
        `After a judge step with too little evidence: hold waits for a person, extend repeats the bake before it at most ${EXTENSIONS_MAX} times and then rolls back, rollBack rolls back at once.`,
      ),
    ),
  hooks: z
    .prefault(
      written(HooksForm, {
        beforeTraffic: hookList(
          'Run before the first call goes to the new version. If one fails, the new version gets no calls.',
        ),
        afterTraffic: hookList('Run after the promotion. If one fails, the rollout goes back.'),
      }),
      {},
    )
    .check(z.describe('Checks that run before the first call goes to the new version, and after the promotion.')),
  watch: z
    ._default(duration({ noun: 'watch', maxHours: 24, min: 0 }), { minutes: 10 })
    .check(z.describe('How long after the promotion an alarm still rolls back by itself.')),
  deadline: z
    ._default(duration({ noun: 'deadline', maxHours: DEADLINE_HOURS_MAX }), { hours: 2 })
    .check(
      z.describe(
        'How long a whole rollout may take, approvals and pauses included. After that the rollout rolls back. It is at least the time that the strategy, the hooks and noData may take.',
      ),
    ),
}).check(
  z.check(({ value, issues }) => {
    // A bake that is already refused would make the deadline look wrong as well.
    if (issues.length > 0) return;
    for (const { pointer, detail } of [...alarmProblems(value), ...specProblems(specRead(value))]) {
      issues.push({ code: 'custom', path: pointer.split('/').slice(1), input: value, message: detail });
    }
  }),
  z.meta({
    title: 'Slipway service',
    description:
      'What a team says of a service in slipway.yml: where it runs, how a new version is tried, what takes it back.',
  }),
) satisfies z.ZodMiniType<WrittenSpec>;

export const ServiceSpecSchema = z.pipe(
  WrittenSpecSchema,
  z.transform((spec: z.output<typeof WrittenSpecSchema>) => specRead(spec)),
) satisfies z.ZodMiniType<ServiceSpec>;
