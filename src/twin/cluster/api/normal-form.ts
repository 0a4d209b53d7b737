/**
 * How an object looks after it went through the API server's own types: lists and maps that are empty, and some fields that
 * are zero, are not there any more. Whoever compares what is live with what was applied meets it.
 */
import type { ClusterObject } from '../../../domain/workload/cluster-object.ts';
import { isMap } from './plain-data.ts';
import { type Shape, shapeOf } from './shapes.ts';

export function normalForm(object: ClusterObject): ClusterObject {
  // Custom resources are kept as they were written.
  return isCustom(object) ? object : (normalValue(object, shapeOf(object.kind)) as ClusterObject);
}

function isCustom({ apiVersion }: ClusterObject): boolean {
  return apiVersion.startsWith('gateway.networking.k8s.io/');
}

/** Of a type for which zero, false or an empty text is the same as nothing. Others keep these, because they mean something. */
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
      // The value of a variable, but not that of a header or of a scaling policy, which must be given.
      return (value === '' && name === 'value') || (!value && NOTHING_WHEN_ZERO.has(name));
    case 'struct':
      return false;
  }
}
