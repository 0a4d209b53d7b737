/** The rights of Slipway's functions in a namespace: the Role of k8s/access. */
import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import type { Permission } from '../../src/domain/workload/cluster-call.ts';

export interface RoleRule {
  readonly apiGroups: readonly string[];
  readonly resources: readonly string[];
  readonly verbs: readonly Permission['verb'][];
}

export function functionRules(): readonly RoleRule[] {
  return (parse(readFileSync('k8s/access/function-role.yml', 'utf8')) as { readonly rules: readonly RoleRule[] }).rules;
}

export function functionPermissions(): readonly Permission[] {
  return functionRules().flatMap(({ apiGroups, resources, verbs }) =>
    apiGroups.flatMap((group) =>
      resources.flatMap((plural) =>
        verbs.map((verb) => ({ verb, resource: group === '' ? plural : `${plural}.${group}` })),
      ),
    ),
  );
}
