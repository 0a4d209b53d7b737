/** Which thing in the world a target is: history, pins, locks and claims belong to it, whatever the service is called. */
import type { Target } from './service-spec.ts';

/** `checkout:live`, or `shop/orders on production` for namespace, workload and cluster. */
export function targetName(target: Target): string {
  switch (target.kind) {
    case 'lambda':
      return `${target.function}:${target.alias}`;
    case 'kubernetes':
      return `${target.namespace}/${target.workload} on ${target.cluster}`;
  }
}

/** The form is stored, so it stays. Two specs with one key move the same calls. The API takes plain function names alone, so one function has one name. */
export function targetKey(target: Target): string {
  switch (target.kind) {
    case 'lambda':
      return `lambda ${target.function}:${target.alias}`;
    case 'kubernetes':
      return `kubernetes ${target.cluster}/${target.namespace}/${target.workload}`;
  }
}
