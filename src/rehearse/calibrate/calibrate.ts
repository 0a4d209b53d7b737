/**
 * Proposes a policy that keeps the requested promises on the modelled service. Then it checks the policy by whole
 * rollouts of the shipped machine on a new seed. Otherwise it says that there is no such policy, and why. The same seed
 * gives the same result.
 */
import type { ServiceSpec } from '../../domain/service/service-spec.ts';
import type { ServiceModel } from '../model/service-model.ts';
import type { Asked, CalibrationOrder, Candidate } from './asked.ts';
import { type Check, checkOf } from './check.ts';
import { proposedSpec } from './proposed-spec.ts';
import { type Search, search } from './search.ts';
import { type WhyNot, whyNot } from './why-not.ts';

export interface CalibrationResult extends Omit<Search, 'chosen'> {
  readonly service: string;
  readonly model: ServiceModel;
  readonly asked: Asked;
  readonly seed: string;
  readonly runs: number;
  /** Null when there is no proposal; then `whyNot` says why. */
  readonly proposal: Proposal | null;
  readonly whyNot: WhyNot | null;
  readonly check: Check | null;
}

export interface Proposal extends Pick<ServiceSpec, 'strategy' | 'judge' | 'deadline'> {
  readonly candidate: Candidate;
  /** True when the proposal needs a later deadline than the spec's own, which leaves too little time. */
  readonly raisesDeadline: boolean;
}

export async function calibrate(order: CalibrationOrder): Promise<CalibrationResult> {
  const { spec, model, asked, seed, runs, onProgress = () => {} } = order;
  const { chosen, ...found } = search(order, (progress) => onProgress({ doing: 'Searching', ...progress }));
  const about = { service: spec.name, model, asked, seed, runs, ...found };
  if (chosen === null) return { ...about, proposal: null, whyNot: whyNot(order), check: null };
  const { candidate } = chosen;
  const proposed = proposedSpec(spec, candidate);
  const check = await checkOf(order, {
    proposed,
    onProgress: (progress) => onProgress({ doing: 'Checking', ...progress }),
  });
  const { strategy, judge, deadline } = proposed;
  return {
    ...about,
    proposal: { candidate, strategy, judge, deadline, raisesDeadline: deadline !== spec.deadline },
    whyNot: null,
    check,
  };
}
