/** Finds the fields that the schema requires and an object lacks. */
import type { ClusterObject } from '../../../domain/workload/cluster-object.ts';
import { isMap } from './plain-data.ts';
import { type Shape, shapeOf } from './shapes.ts';

/**
 * Returns field errors in the API server's form, `spec.template.spec.containers[0].name: Required value`; none when all
 * fields are present.
 */
export function missingFields({ metadata: _, status: _status, ...object }: ClusterObject): string[] {
  return missingIn(object, { shape: shapeOf(String(object.kind)), at: '' });
}

function missingIn(value: unknown, { shape, at }: { shape: Shape; at: string }): string[] {
  switch (shape.is) {
    case 'scalar':
      return [];
    case 'list':
      if (!Array.isArray(value)) return [];
      return value.flatMap((child, index) => missingIn(child, { shape: shape.of, at: `${at}[${index}]` }));
    case 'map':
      if (!isMap(value)) return [];
      return Object.entries(value).flatMap(([key, child]) =>
        missingIn(child, { shape: shape.of, at: `${at}[${key}]` }),
      );
    case 'struct': {
      if (!isMap(value)) return [];
      return [...shape.fields].flatMap(([name, field]) => {
        const path = at === '' ? name : `${at}.${name}`;
        if (value[name] !== undefined) return missingIn(value[name], { shape: field.shape, at: path });
        return field.required ? [`${path}: Required value`] : [];
      });
    }
  }
}
