/** The normal form of a strategy, and of each kind of step. */
import * as z from 'zod/mini';
import { PRESETS, type Step, type Strategy } from '../domain/service/strategy.ts';
import { DurationForm } from './duration.ts';
import { readsAll } from './reads-all.ts';

export const SetWeightForm = z.object({ setWeight: z.number() });
export const BakeForm = z.object({ bake: DurationForm });
export const JudgeStepForm = z.object({ judge: z.strictObject({}) });
export const WithinForm = z.object({ within: DurationForm });
export const ApproveForm = z.object({ approve: WithinForm });

export const StepForm = readsAll<Step>()(z.union([SetWeightForm, BakeForm, JudgeStepForm, ApproveForm]));

export const StrategyForm = readsAll<Strategy>()(z.union([z.enum(PRESETS), z.array(StepForm)]));
