/**
 * The hash that a pod template gives to the names of its pods. The same template has the same hash on every machine and
 * in every run.
 */
import type { PodTemplate } from '../api/workload-objects.ts';

/** Templates are frozen, so each template is hashed once. */
const known = new WeakMap<PodTemplate, string>();

export function templateHash(template: PodTemplate): string {
  const hash = known.get(template) ?? safe(fnv1a(JSON.stringify(sorted(template))));
  known.set(template, hash);
  return hash;
}

/** The same cache for templates of ReplicaSets, to which the hash of the original template was added. */
const ofSets = new WeakMap<PodTemplate, string>();

export function setHash(template: PodTemplate): string {
  const { 'pod-template-hash': _, ...labels } = template.metadata?.labels ?? {};
  const hash = ofSets.get(template) ?? templateHash({ ...template, metadata: { ...template.metadata, labels } });
  ofSets.set(template, hash);
  return hash;
}

function sorted(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(sorted);
  const entries = Object.entries(value).sort(([one], [other]) => (one < other ? -1 : 1));
  return Object.fromEntries(entries.map(([key, child]) => [key, sorted(child)]));
}

function fnv1a(text: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < text.length; index += 1) hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
  return hash >>> 0;
}

/** Kubernetes' alphabet for generated names: no vowels, and no digits that look like one. */
export const NAME_ALPHABET = 'bcdfghjklmnpqrstvwxz2456789';

function safe(hash: number): string {
  return [...String(hash)].map((digit) => NAME_ALPHABET[(digit.charCodeAt(0) * 7) % NAME_ALPHABET.length]).join('');
}
