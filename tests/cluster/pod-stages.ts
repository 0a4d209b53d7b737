/**
 * What happens to a pod after it has a node. The name of its image decides. `missing` is never pulled; `crashing` ends
 * and is started again; `unready` runs and never becomes ready. Every other image is ready after a second.
 */
import { stringify } from 'yaml';
import { completed, crashed, failing, notPulled, podStatus, running } from './pod-status.ts';

/**
 * An annotation of a running pod. The value "false" makes the pod unready; without the annotation the pod becomes ready
 * again.
 */
export const READY_ANNOTATION = 'slipway.test/ready';
/** An annotation of a pod or its template: the time until it is ready, such as 5s. */
export const READY_AFTER_ANNOTATION = 'slipway.test/ready-after';

interface Stage {
  readonly name: string;
  readonly when: readonly object[];
  readonly delay: object;
  readonly next: object;
}

const reasonOf = '.status.containerStatuses.[].state.waiting.reason';
const readyOf = '.status.conditions.[] | select( .type == "Ready" ) | .status';
const annotated = (name: string) => `.metadata.annotations["${name}"]`;
const imageHas = (word: string) => `([.spec.containers.[].image | test("${word}")] | any)`;
const staysUnready = `(${imageHas('unready')} or ${annotated(READY_ANNOTATION)} == "false")`;

const isTrue = (key: string) => ({ key, operator: 'In', values: ['true'] });
const isNotTrue = (key: string) => ({ key, operator: 'NotIn', values: ['true'] });
const lives = { key: '.metadata.deletionTimestamp', operator: 'DoesNotExist' };
const warning = (reason: string, message: string) => ({ type: 'Warning', reason, message });
const after = (durationMilliseconds: number) => ({ durationMilliseconds });

const stages: readonly Stage[] = [
  {
    name: 'pod-ready',
    when: [
      lives,
      { key: '.status.phase', operator: 'In', values: ['Pending', 'Running'] },
      { key: readyOf, operator: 'NotIn', values: ['True'] },
      isNotTrue(imageHas('missing|crashing')),
      isNotTrue(staysUnready),
    ],
    delay: { ...after(800), durationFrom: { expressionFrom: annotated(READY_AFTER_ANNOTATION) } },
    next: podStatus({ phase: 'Running', ready: true, container: running }),
  },
  {
    name: 'pod-unready',
    when: [
      lives,
      isTrue(staysUnready),
      isNotTrue(
        '(.status.phase == "Running") and ([.status.conditions[] | .type == "Ready" and .status == "False"] | any)',
      ),
    ],
    delay: after(500),
    next: {
      ...podStatus({ phase: 'Running', ready: false, container: running }),
      event: warning('Unhealthy', 'Readiness probe failed: HTTP probe failed with statuscode: 503'),
    },
  },
  {
    name: 'pod-image-missing',
    when: [lives, isTrue(imageHas('missing')), { key: reasonOf, operator: 'DoesNotExist' }],
    delay: after(400),
    next: {
      ...podStatus({ phase: 'Pending', ready: false, container: failing('missing', notPulled('ErrImagePull')) }),
      event: warning('Failed', 'Failed to pull image: not found'),
    },
  },
  {
    name: 'pod-image-backs-off',
    when: [lives, { key: reasonOf, operator: 'In', values: ['ErrImagePull'] }],
    delay: after(600),
    next: podStatus({ phase: 'Pending', ready: false, container: failing('missing', notPulled('ImagePullBackOff')) }),
  },
  {
    name: 'pod-crash',
    when: [lives, isTrue(imageHas('crashing')), { key: reasonOf, operator: 'DoesNotExist' }],
    delay: after(800),
    next: {
      ...podStatus({ phase: 'Running', ready: false, container: failing('crashing', crashed) }),
      event: warning('BackOff', 'Back-off restarting failed container'),
    },
  },
  {
    name: 'pod-crash-again',
    when: [lives, { key: reasonOf, operator: 'In', values: ['CrashLoopBackOff'] }],
    delay: after(5_000),
    next: podStatus({ phase: 'Running', ready: false, container: failing('crashing', crashed) }),
  },
  {
    name: 'pod-complete',
    when: [
      lives,
      { key: '.status.phase', operator: 'In', values: ['Running'] },
      { key: readyOf, operator: 'In', values: ['True'] },
      { key: '.metadata.ownerReferences.[].kind', operator: 'In', values: ['Job'] },
    ],
    delay: after(500),
    next: podStatus({ phase: 'Succeeded', ready: false, container: completed }),
  },
  {
    name: 'pod-delete',
    when: [
      { key: '.metadata.deletionTimestamp', operator: 'Exists' },
      { key: '.metadata.finalizers', operator: 'DoesNotExist' },
    ],
    delay: after(200),
    next: { delete: true },
  },
];

/** The stages as a configuration file of KWOK. */
export function podStages(): string {
  return stages
    .map(({ name, when, delay, next }) =>
      stringify({
        apiVersion: 'kwok.x-k8s.io/v1alpha1',
        kind: 'Stage',
        metadata: { name },
        spec: {
          resourceRef: { apiGroup: 'v1', kind: 'Pod' },
          selector: { matchExpressions: when },
          delay,
          next,
        },
      }),
    )
    .join('---\n');
}
