import {
  type CountFacts,
  countBefore,
  countNotes,
  countOrder,
  saysItsCount,
  withCount,
} from '../../src/domain/workload/pod-count.ts';
import { aDeploymentObject } from './a-workload.ts';

const live = (replicas: number, noted?: string) => {
  const deployment = aDeploymentObject({ replicas });
  return noted === undefined
    ? deployment
    : { ...deployment, metadata: { ...deployment.metadata, annotations: { 'slipway/replicas': noted } } };
};
const facts = (change: Partial<CountFacts>): CountFacts => ({
  live: live(5, '5'),
  wanted: 3,
  isOpen: false,
  isScaledNow: false,
  was: undefined,
  ...change,
});

const cases: readonly (readonly [string, Partial<CountFacts>, object])[] = [
  ['is what the manifests ask for where there is no Deployment', { live: null, isOpen: true }, { replicas: 3 }],
  ['follows the manifests while Slipway set it last', {}, { replicas: 3 }],
  ['stays when the new version leaves it open', { isOpen: true, wanted: 1 }, { replicas: 5 }],
  ['rises to the least of an autoscaler that comes with the version', { isOpen: true, wanted: 6 }, { replicas: 6 }],
  ['stays while an autoscaler on the cluster may own it', { isScaledNow: true }, { replicas: 5 }],
  ['is the autoscaler’s when it has changed it', { live: live(9, '3'), isScaledNow: true }, { setBy: 'autoscaler' }],
  ['is somebody’s who has changed it', { live: live(9, '3') }, { setBy: 'others' }],
  ['is the manifests’ where somebody has set none', { live: live(0, '3') }, { replicas: 3, byScale: true }],
  [
    'is the manifests’ where an autoscaler leaves none alone',
    { live: live(0, 'autoscaler'), isOpen: true, isScaledNow: true },
    { replicas: 3, byScale: true },
  ],
  [
    'is the manifests’ where there was none before an autoscaler came',
    { live: live(0), isOpen: true, isScaledNow: true },
    { replicas: 3, byScale: true },
  ],
  ['rises from the none that the manifests said before', { live: live(0, '0') }, { replicas: 3 }],
  ['is none when the manifests say so', { live: live(0, '3'), wanted: 0 }, { replicas: 0 }],
  ['is still somebody’s at the next version', { live: live(9, 'others') }, { setBy: 'others' }],
  ['is the manifests’ again when both say the same', { live: live(3, 'others') }, { replicas: 3 }],
  ['is not the manifests’ when they say none', { live: live(3, 'others'), isOpen: true }, { setBy: 'others' }],
  ['is freed when its autoscaler has gone', { live: live(9, 'autoscaler') }, { replicas: 3, byScale: true }],
  [
    'stays when its autoscaler is to come again',
    { live: live(9, 'autoscaler'), isOpen: true },
    { setBy: 'autoscaler' },
  ],
  ['is scaled again where it was scaled before', { live: live(5, '5 by scale') }, { replicas: 3, byScale: true }],
  ['that was never noted is what the live manifests said', { live: live(5), was: 5 }, { replicas: 3 }],
  ['that was never noted is somebody’s when they said another', { live: live(9), was: 3 }, { setBy: 'others' }],
  [
    'that was left to an autoscaler is still its',
    { live: live(9), was: null, isScaledNow: true },
    { setBy: 'autoscaler' },
  ],
  ['of which nothing is known does not fall', { live: live(5) }, { replicas: 5 }],
  ['of which nothing is known may rise', { live: live(2) }, { replicas: 3 }],
  ['of which nothing is known stays under an autoscaler', { live: live(2), isScaledNow: true }, { replicas: 2 }],
  ['is one where nobody says it', { live: { ...live(1, '1'), spec: {} }, isOpen: true, wanted: 1 }, { replicas: 1 }],
];

test.each(cases)('the number of pods %s', (_what, change, order) => {
  expect(countOrder(facts(change))).toEqual(order);
});

test('a Deployment with a number notes it, and one without notes which manager sets it', () => {
  const noted = (order: Parameters<typeof withCount>[1]) => {
    const { metadata, spec } = withCount(live(5), order);
    return [metadata.annotations?.['slipway/replicas'], (spec as { replicas?: number }).replicas];
  };
  expect(noted({ replicas: 3 })).toEqual(['3', 3]);
  expect(noted({ replicas: 3, byScale: true })).toEqual(['3 by scale', 3]);
  expect(noted({ setBy: 'others' })).toEqual(['others', undefined]);
  expect([saysItsCount(live(5)), saysItsCount(live(5, '5'))]).toEqual([false, true]);
});

test('a number that a person has set is reported, with the command that returns it to the manifests', () => {
  expect(countNotes({ setBy: 'others' }, facts({ live: live(9, '3') }))).toEqual([
    expect.stringMatching(
      /^The number of pods, 9, was set by somebody else .* kubectl scale --replicas=3 deployment\/orders/,
    ),
  ]);
  expect(countNotes({ setBy: 'others' }, facts({ live: live(3, 'others') }))).toEqual([]);
  expect(countNotes({ setBy: 'autoscaler' }, facts({ live: live(9, '3') }))).toEqual([]);
  expect(countNotes({ setBy: 'others' }, facts({ live: null }))).toEqual([]);
  expect(countNotes({ replicas: 3 }, facts({}))).toEqual([]);
});

test('the last number that Slipway applied is on the Deployment, and is 1 when another manager set it', () => {
  expect(['3', '4 by scale', 'others', undefined].map((noted) => countBefore(live(0, noted)))).toEqual([3, 4, 1, 1]);
});
