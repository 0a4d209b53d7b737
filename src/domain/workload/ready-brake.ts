/**
 * Prepares the brake of a workload: the difference between an object as it is and the same object with all calls led to
 * stable.
 */
import type { BrakeOrder, PatchStep } from './brake-order.ts';
import type { ClusterObject } from './cluster-object.ts';
import { ACTION } from './route-style.ts';
import { type Fields, fieldsOf, listOf, specOf } from './workload-objects.ts';

/** The ledger stores the brake, and an exported variable of CodeBuild carries it there. */
const LENGTH_MAX = 4_000;

/** Null when nothing has to change, or when the patch is too long to store. */
export function brakeBetween(live: ClusterObject, home: ClusterObject): BrakeOrder | null {
  const wanted = placesIn(home);
  const patch = placesIn(live).flatMap(({ path, value }, at): PatchStep[] => {
    const then = wanted[at]?.value;
    if (JSON.stringify(then) === JSON.stringify(value)) return [];
    return [
      { op: 'test', path, value },
      { op: 'replace', path, value: then },
    ];
  });
  const { apiVersion, kind, metadata } = live;
  const { name, namespace } = metadata;
  const ref = { apiVersion, kind, metadata: { name, ...(namespace !== undefined && { namespace }) } };
  return patch.length === 0 || JSON.stringify(patch).length > LENGTH_MAX ? null : { ref, patch };
}

interface Place {
  readonly path: string;
  readonly value: unknown;
}

/**
 * The places where an object says which Services it leads to. Each place holds the whole list: a patch of a single
 * weight could not tell whose weight it changes.
 */
function placesIn(object: ClusterObject): readonly Place[] {
  switch (object.kind) {
    case 'HTTPRoute':
      return listOf(specOf(object).rules).flatMap(({ backendRefs }, at) =>
        backendRefs === undefined ? [] : [{ path: `/spec/rules/${at}/backendRefs`, value: backendRefs }],
      );
    case 'Ingress':
      return Object.entries(actionsIn(object)).map(([name, value]) => ({
        path: `/metadata/annotations/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`,
        value,
      }));
    default:
      return [{ path: '/spec/selector', value: fieldsOf(specOf(object).selector) }];
  }
}

function actionsIn({ metadata }: ClusterObject): Fields {
  const actions = Object.entries(metadata.annotations ?? {}).filter(([name]) => name.startsWith(ACTION));
  return Object.fromEntries(actions);
}
