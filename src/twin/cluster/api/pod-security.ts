/**
 * The levels baseline and restricted of Pod Security, as far as they concern pods of a workload, in the API server's
 * words.
 */

import { type Fields, isMap } from './plain-data.ts';
import type { Container, PodSpec } from './workload-objects.ts';

export function podSecurityViolations(spec: PodSpec, level: 'baseline' | 'restricted'): readonly string[] {
  const all = containersOf(spec);
  const baseline = [...hostViolations(spec as unknown as Fields), ...privileged(all)];
  return level === 'baseline' ? baseline : [...baseline, ...restrictedViolations(spec, all)];
}

function containersOf(spec: PodSpec): readonly Container[] {
  const { initContainers = [] } = spec as { readonly initContainers?: readonly Container[] };
  return [...initContainers, ...spec.containers];
}

function hostViolations(spec: Fields): string[] {
  const shared = ['hostNetwork', 'hostPID', 'hostIPC'].filter((field) => spec[field] === true);
  const volumes = (Array.isArray(spec.volumes) ? spec.volumes : []) as readonly Fields[];
  const paths = volumes.filter(({ hostPath }) => hostPath !== undefined).map(({ name }) => `"${name}"`);
  return [
    ...(shared.length > 0 ? [`host namespaces (${shared.map((field) => `${field}=true`).join(', ')})`] : []),
    ...(paths.length > 0 ? [`hostPath volumes (volume ${paths.join(', ')})`] : []),
  ];
}

function privileged(containers: readonly Container[]): string[] {
  const bad = containers.filter((one) => contextOf(one).privileged === true);
  return bad.length === 0 ? [] : [`privileged (${named(bad)} must not set securityContext.privileged=true)`];
}

function restrictedViolations(spec: PodSpec, all: readonly Container[]): string[] {
  const pod = contextOf(spec);
  const escalating = all.filter((one) => contextOf(one).allowPrivilegeEscalation !== false);
  const capable = all.filter((one) => !dropsAll(contextOf(one)));
  const root = all.filter((one) => (contextOf(one).runAsNonRoot ?? pod.runAsNonRoot) !== true);
  const unconfined = all.filter((one) => !isConfined(contextOf(one).seccompProfile ?? pod.seccompProfile));
  const said = (what: string, { bad, must }: { bad: readonly Container[]; must: string }) =>
    bad.length === 0 ? [] : [`${what} (${must.replace('NAMES', named(bad))})`];
  return [
    ...said('allowPrivilegeEscalation != false', {
      bad: escalating,
      must: 'NAMES must set securityContext.allowPrivilegeEscalation=false',
    }),
    ...said('unrestricted capabilities', {
      bad: capable,
      must: 'NAMES must set securityContext.capabilities.drop=["ALL"]',
    }),
    ...said('runAsNonRoot != true', { bad: root, must: 'pod or NAMES must set securityContext.runAsNonRoot=true' }),
    ...said('seccompProfile', {
      bad: unconfined,
      must: 'pod or NAMES must set securityContext.seccompProfile.type to "RuntimeDefault" or "Localhost"',
    }),
  ];
}

function dropsAll({ capabilities }: Fields): boolean {
  const { drop } = isMap(capabilities) ? capabilities : {};
  return Array.isArray(drop) && drop.includes('ALL');
}

function isConfined(profile: unknown): boolean {
  return isMap(profile) && (profile.type === 'RuntimeDefault' || profile.type === 'Localhost');
}

function contextOf(of: object): Fields {
  const { securityContext } = of as { readonly securityContext?: unknown };
  return isMap(securityContext) ? securityContext : {};
}

function named(containers: readonly Container[]): string {
  const names = containers.map(({ name }) => `"${name}"`).join(', ');
  return containers.length === 1 ? `container ${names}` : `containers ${names}`;
}
