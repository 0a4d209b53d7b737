/**
 * The normal form of a spec: what Slipway keeps of `slipway.yml`, with every default filled in. The API extends it by
 * what people may write, and the database is read by it.
 */
import * as z from 'zod/mini';
import type { DescribedAlarm } from '../domain/service/described-alarm.ts';
import { type Hook, NO_DATA_POLICIES, type ServiceSpec, type Target } from '../domain/service/service-spec.ts';
import { DurationForm } from './duration.ts';
import { JudgeForm } from './judge.ts';
import { KubernetesTargetForm } from './kubernetes-target.ts';
import { readsAll } from './reads-all.ts';
import { StrategyForm } from './strategy.ts';

export const LambdaTargetForm = z.object({ kind: z.literal('lambda'), function: z.string(), alias: z.string() });

export const TargetForm = readsAll<Target>()(z.discriminatedUnion('kind', [LambdaTargetForm, KubernetesTargetForm]));

const named = { name: z.string(), over: DurationForm };
export const DescribedAlarmForm = readsAll<DescribedAlarm>()(
  z.discriminatedUnion('kind', [
    z.object({ kind: z.enum(['errors', 'serverErrors']), abovePercent: z.number(), ...named }),
    z.object({ kind: z.literal('latency'), aboveMs: z.number(), percentile: z.number(), ...named }),
  ]),
);

export const FunctionHookForm = z.object({ function: z.string() });
export const WebhookForm = z.object({ webhook: z.string() });
const HookForm = readsAll<Hook>()(z.union([FunctionHookForm, WebhookForm]));

export const HooksForm = z.object({ beforeTraffic: z.array(HookForm), afterTraffic: z.array(HookForm) });

// The schema leaves `rehearsal` out on purpose: only the rehearsal needs that part, and it reads the file.
export const ServiceSpecForm = readsAll<Omit<ServiceSpec, 'rehearsal'>>()(
  z.object({
    name: z.string(),
    target: TargetForm,
    strategy: StrategyForm,
    alarms: z.array(z.string()),
    describedAlarms: z.optional(z.array(DescribedAlarmForm)),
    judge: JudgeForm,
    noData: z.enum(NO_DATA_POLICIES),
    hooks: HooksForm,
    watch: DurationForm,
    deadline: DurationForm,
  }),
);
