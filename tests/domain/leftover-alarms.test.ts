import type { Traced } from '../../src/domain/deployment/target-history.ts';
import { isFromBefore, isLeftover } from '../../src/domain/remediation/leftover-alarms.ts';
import {
  CLOCKS_APART_MS,
  TURNS_GREEN_WITHIN_MS,
  TURNS_RED_WITHIN_MS,
} from '../../src/domain/remediation/remediation.ts';
import { aDeployment, MINUTE, OPENED_AT } from './a-deployment.ts';

const OFF_AT = OPENED_AT + 10 * MINUTE;
const NOW = OFF_AT + MINUTE;
const traced = (change: Parameters<typeof aDeployment>[0], movedAt: number | null = OFF_AT): Traced => ({
  deployment: aDeployment(change),
  movedAt,
});
const wentBack = traced({ status: 'rolledBack' });
const left = (changedAt: number, { ended = [wentBack], inFlight = null as Traced | null, now = NOW } = {}) =>
  isLeftover({ changedAt }, { history: { inFlight, ended }, now });
const during = OPENED_AT + 5 * MINUTE;

test.each<[string, boolean, boolean]>([
  ['turned red while that version had calls', true, left(during)],
  ['turned red a while after its last call', true, left(OFF_AT + TURNS_RED_WITHIN_MS)],
  ['turned red later', false, left(OFF_AT + TURNS_RED_WITHIN_MS + 1, { now: OFF_AT + 10 * MINUTE })],
  ['was red before that version', false, left(OPENED_AT - CLOCKS_APART_MS - 1)],
  ['has been red for too long', false, left(during, { now: OFF_AT + TURNS_GREEN_WITHIN_MS })],
  ['turned red by a version that is superseded now', true, left(during, { ended: [], inFlight: traced({}) })],
  ['turned red while a version had no call', false, left(during, { ended: [traced({ status: 'rolledBack' }, null)] })],
  ['turned red by the version that is live', false, left(during, { ended: [traced({ status: 'promoted' })] })],
  ['turned red during a rollback', false, left(during, { ended: [traced({ kind: 'rollback' })] })],
  ['is of a target without a past', false, left(during, { ended: [] })],
])('an alarm which %s is left over: %s', (_what, isLeft, answer) => expect(answer).toBe(isLeft));

test('a promotion that was undone lost its calls when its rollback moved them', () => {
  const undone = traced({ id: 'd-1', status: 'promoted', replacedBy: 'd-2' }, OPENED_AT + MINUTE);
  const rollback = traced({ id: 'd-2', kind: 'rollback', status: 'rolledBack' });
  const now = OPENED_AT + MINUTE + TURNS_GREEN_WITHIN_MS;
  expect(left(during, { ended: [rollback, undone], now })).toBe(true);
  expect(left(during, { ended: [undone], now })).toBe(false);
});

test('an alarm is from before a deployment while it stays red, whatever the two clocks say', () => {
  const deployment = { openedAt: OPENED_AT };
  const red = (changedAt: number) => isFromBefore(deployment, { state: 'ALARM', changedAt });
  expect(red(OPENED_AT - CLOCKS_APART_MS - 1)).toBe(true);
  expect(red(OPENED_AT - CLOCKS_APART_MS)).toBe(false);
  expect(isFromBefore(deployment, { state: 'OK', changedAt: 0 })).toBe(false);
});
