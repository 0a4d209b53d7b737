/**
 * The form of an object after it went through the API server's own types: empty lists, empty maps and some zero fields
 * are gone. A comparison of a live object with the applied one must expect this form.
 */
import type { ClusterObject } from '../../../domain/workload/cluster-object.ts';
import { isMap } from './plain-data.ts';
import { type Shape, shapeOf } from './shapes.ts';

export function normalForm(object: ClusterObject): ClusterObject {
  // Custom resources stay as they were written.
  return isCustom(object) ? object : (normalValue(object, shapeOf(object.kind)) as ClusterObject);
}

function isCustom({ apiVersion }: ClusterObject): boolean {
  return apiVersion.startsWith('gateway.networking.k8s.io/');
}

/**
 * Fields whose type does not tell zero, false or an empty text from absent. Other fields keep these values, because the
 * values mean something.
 */
const NOTHING_WHEN_ZERO: ReadonlySet<string> = new Set([
  ...['minReadySeconds', 'initialDelaySeconds', 'paused', 'nodePort', 'hostPort', 'externalName'],
  ...['hostNetwork', 'hostPID', 'hostIPC', 'hostname', 'subdomain', 'nodeName', 'priorityClassName'],
  ...['readOnly', 'subPath', 'subPathExpr', 'stdin', 'stdinOnce', 'tty', 'workingDir', 'publishNotReadyAddresses'],
]);

function normalValue(value: unknown, shape: Shape): unknown {
  switch (shape.is) {
    case 'scalar':
      return value;
    case 'list':
      return Array.isArray(value) ? value.map((child) => normalValue(child, shape.of)) : value;
    case 'map':
      return value;
    case 'struct':
      if (!isMap(value)) return value;
      return Object.fromEntries(
        Object.entries(value).flatMap(([name, child]) => {
          const of = shape.fields.get(name)?.shape;
          if (of === undefined) return [[name, child]];
          return isNothing(child, { of, name }) ? [] : [[name, normalValue(child, of)]];
        }),
      );
  }
}

function isNothing(value: unknown, { of, name }: { of: Shape; name: string }): boolean {
  switch (of.is) {
    case 'list':
      return Array.isArray(value) && value.length === 0;
    case 'map':
      return isMap(value) && Object.keys(value).length === 0;
    case 'scalar':
      // An empty value of a variable is dropped. The value of a header or of a scaling policy stays, because it is
      // required.
      return (value === '' && name === 'value') || (!value && NOTHING_WHEN_ZERO.has(name));
    case 'struct':
      return false;
  }
}
