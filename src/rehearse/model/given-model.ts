/**
 * The model of a service from its known figures: a measured figure comes before the spec's, and the spec's before an
 * assumed one.
 */
import type { ModelPart } from '../../domain/service/service-spec.ts';
import { DEFAULT_MODEL, type ServiceModel } from './service-model.ts';

export interface GivenModel {
  readonly model: ServiceModel;
  /** Where each figure is from. */
  readonly from: Readonly<Record<Figure, 'spec' | 'measured' | 'assumed'>>;
}

type Figure = keyof ServiceModel;

export function givenModel({
  part = {},
  measured = {},
}: {
  readonly part?: ModelPart | undefined;
  readonly measured?: Partial<ServiceModel>;
}): GivenModel {
  const outage = part.outage === undefined ? {} : { outage: { ...DEFAULT_MODEL.outage, ...known(part.outage) } };
  const fromSpec: Partial<ServiceModel> = { ...known({ ...part, outage: undefined }), ...outage };
  const given = { ...fromSpec, ...measured };
  const model = { ...DEFAULT_MODEL, ...given, ...quantiles(given) };
  const fields = Object.keys(DEFAULT_MODEL) as Figure[];
  const sourceOf = (field: Figure) => (field in measured ? 'measured' : field in fromSpec ? 'spec' : 'assumed');
  const from = Object.fromEntries(fields.map((field) => [field, sourceOf(field)])) as GivenModel['from'];
  // When one figure is from the spec and the other is measured, the 99th percentile may be below the median.
  return { model: { ...model, p99Ms: Math.max(model.p99Ms, model.medianMs) }, from };
}

/** The longest time that a Lambda call can take. */
const TIMEOUT_MAX_MS = 900_000;

/** When only one of the two is given, the other keeps the ratio of the assumption. */
function quantiles({ medianMs, p99Ms }: Partial<ServiceModel>): Pick<Partial<ServiceModel>, 'medianMs' | 'p99Ms'> {
  const spread = DEFAULT_MODEL.p99Ms / DEFAULT_MODEL.medianMs;
  if (medianMs !== undefined && p99Ms === undefined) return { p99Ms: Math.min(medianMs * spread, TIMEOUT_MAX_MS) };
  if (p99Ms !== undefined && medianMs === undefined) return { medianMs: p99Ms / spread };
  return {};
}

function known<T extends object>(fields: T): { [Field in keyof T]?: Exclude<T[Field], undefined> } {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as never;
}

export const MODEL_FIGURES: readonly { readonly field: Figure; readonly inWords: (model: ServiceModel) => string }[] = [
  { field: 'requestsPerSecond', inWords: (model) => `${short(model.requestsPerSecond)} requests/s` },
  { field: 'swingPercent', inWords: (model) => `${short(model.swingPercent)} % more and less of them over the day` },
  { field: 'errorPercent', inWords: (model) => `${short(model.errorPercent)} % errors` },
  { field: 'medianMs', inWords: (model) => `half of the calls within ${short(model.medianMs)} ms` },
  { field: 'p99Ms', inWords: (model) => `99 % within ${short(model.p99Ms)} ms` },
  { field: 'noisePercent', inWords: (model) => `${short(model.noisePercent)} % noise from minute to minute` },
  { field: 'coldStartMs', inWords: (model) => `${short(model.coldStartMs)} ms for a cold start` },
  { field: 'outage', inWords: ({ outage }) => outageInWords(outage) },
];

function outageInWords({ percentOfRollouts, minutes, errorFactor }: ServiceModel['outage']): string {
  return `in ${short(percentOfRollouts)} % of the rollouts a shared outage of ${short(minutes)} minutes with ${short(errorFactor)} times the errors`;
}

function short(value: number): string {
  return String(Number(value.toPrecision(3)));
}
