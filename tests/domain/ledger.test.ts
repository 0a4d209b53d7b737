import {
  byNewest,
  byOldestMessage,
  isSameSpec,
  noSuchDeployment,
  noSuchService,
  openedBefore,
  planChange,
  planOpening,
  planSuperseding,
  planUndoing,
  readCursor,
  stillInFlight,
  writeCursor,
} from '../../src/domain/deployment/ledger.ts';
import type { EntryDraft, OutboxMessage } from '../../src/domain/deployment/timeline.ts';
import { aDeployment, aSpec, MINUTE, OPENED_AT } from './a-deployment.ts';

const at = OPENED_AT + MINUTE;
const draft: EntryDraft = { kind: 'BakeStarted', by: 'slipway', because: 'Baking at 10 %.' };

test('an undo begins where the deployment that it undoes is now', () => {
  const deployment = aDeployment({ kind: 'rollback', atPercent: 100 });
  const undone = aDeployment({ id: 'dep-0', status: 'promoted', atPercent: 0 });
  expect(planOpening({ deployment, entries: [] }, { fence: 1, at, undone }).deployment.atPercent).toBe(0);
  expect(planOpening({ deployment, entries: [] }, { fence: 1, at }).deployment.atPercent).toBe(100);
  const rollout = aDeployment({ kind: 'rollout', atPercent: 0 });
  const stillOut = aDeployment({ id: 'dep-0', status: 'promoted', atPercent: 100 });
  expect(
    planOpening({ deployment: rollout, entries: [] }, { fence: 1, at, undone: stillOut }).deployment.atPercent,
  ).toBe(0);
});

test('an opening is numbered from 1, under the fencing token of the lock', () => {
  const write = planOpening({ deployment: aDeployment({ fence: 0 }), entries: [draft, draft] }, { fence: 8, at });

  expect(write).toMatchObject({ deployment: { fence: 8, timelineLength: 2 }, settles: false });
  expect(write.entries.map(({ sequence }) => sequence)).toEqual([1, 2]);
});

test('a change continues the numbers without a gap, and sends its messages', () => {
  const stored = aDeployment({ timelineLength: 4 });
  const write = planChange(stored, {
    deployment: stored,
    entries: [{ ...draft, data: { canaryPercent: 10 } }, draft],
    at,
  });

  expect(write.deployment.timelineLength).toBe(6);
  expect(write.entries).toMatchObject([
    { deploymentId: 'dep-1', sequence: 5, at, data: { canaryPercent: 10 } },
    { deploymentId: 'dep-1', sequence: 6, at, data: {} },
  ]);
  expect(write.messages.map(({ id }) => id)).toEqual(['dep-1-0005-event', 'dep-1-0006-event']);
});

test('a change cannot replace the counters and keys of the ledger', () => {
  const stored = aDeployment({ timelineLength: 4, fence: 3 });
  const { deployment } = planChange(stored, {
    deployment: { ...stored, id: 'dep-9', service: 'other', openedAt: 0, fence: 9, timelineLength: 99, atPercent: 10 },
    entries: [],
    at,
  });

  expect(deployment).toEqual({ ...stored, atPercent: 10 });
});

test('the change that ends a deployment releases the lock, and no later change does', () => {
  const stored = aDeployment();
  const ended = { ...stored, status: 'promoted' } as const;

  expect(planChange(stored, { deployment: stored, entries: [], at }).settles).toBe(false);
  expect(planChange(stored, { deployment: ended, entries: [], at }).settles).toBe(true);
  expect(planChange(ended, { deployment: ended, entries: [], at }).settles).toBe(false);
});

test('a superseded deployment ends, and names the deployment that replaced it', () => {
  const opened = aDeployment({ id: 'dep-2', by: 'grace' });
  const write = planSuperseding(aDeployment(), { opened, because: 'Superseded by dep-2', at });

  expect(write).toMatchObject({
    settles: true,
    deployment: { status: 'superseded', settledAt: at, replacedBy: 'dep-2', because: 'Superseded by dep-2' },
    entries: [{ kind: 'DeploymentSuperseded', by: 'grace', data: { replacedBy: 'dep-2' } }],
  });
});

test('a promoted deployment is undone once', () => {
  const opened = aDeployment({ id: 'dep-2' });
  const promoted = aDeployment({ status: 'promoted' });
  const { deployment } = planUndoing(promoted, { opened, at });

  const because = 'Version 42 had all the traffic, until deployment dep-2 took it back.';
  expect(deployment).toEqual({ ...promoted, replacedBy: 'dep-2', because });
  expect(() => planUndoing(deployment, { opened, at })).toThrow(
    expect.objectContaining({ name: 'Conflict', details: { deploymentId: 'dep-1', replacedBy: 'dep-2' } }),
  );
});

test('deployments are sorted newest first, and by id within one millisecond', () => {
  const places = [
    { openedAt: 1, id: 'a' },
    { openedAt: 2, id: 'b' },
    { openedAt: 2, id: 'c' },
  ];
  expect([...places].sort(byNewest).map(({ id }) => id)).toEqual(['c', 'b', 'a']);
  expect(byNewest({ openedAt: 1, id: 'a' }, { openedAt: 1, id: 'a' })).toBe(0);
});

test('messages are sorted oldest first', () => {
  const message = (id: string, sentAt: number) => ({ id, at: sentAt }) as OutboxMessage;
  const sorted = [message('c', 1), message('b', 2), message('a', 2)].sort(byOldestMessage);

  expect(sorted.map(({ id }) => id)).toEqual(['c', 'a', 'b']);
});

test('a cursor leads back to its place', () => {
  const place = { openedAt: OPENED_AT, id: 'dep-1' };
  expect(readCursor(writeCursor(place))).toEqual(place);
});

test.each(['', 'x', '12.', '.dep-1', "1.dep'; --", `${'z'.repeat(11)}.dep-1`])('%j is no cursor', (cursor) => {
  expect(() => readCursor(cursor)).toThrow(expect.objectContaining({ name: 'InvalidRequest' }));
});

test('two specs are the same in any order of their fields, and not when one value differs', () => {
  const spec = aSpec();
  const reversed = Object.fromEntries(Object.entries(spec).reverse()) as unknown as typeof spec;

  expect(isSameSpec(spec, reversed)).toBe(true);
  expect(isSameSpec(spec, aSpec({ alarms: ['other'] }))).toBe(false);
  expect(isSameSpec(aSpec({ alarms: ['a', 'b'] }), aSpec({ alarms: ['b', 'a'] }))).toBe(false);
});

test.each([
  [noSuchDeployment('dep-9'), 'NotFound', /no deployment dep-9. List them/],
  [noSuchService('cart'), 'NotFound', /no service cart. Register it with PUT/],
  [openedBefore('event-1'), 'Conflict', /event-1 asks for was opened before/],
  [stillInFlight({ name: 'cart', deploymentId: 'dep-9' }), 'Conflict', /dep-9 of service cart is in flight. Wait/],
])('%s names the next step', (error, name, message) => {
  expect(error).toMatchObject({ name, message: expect.stringMatching(message) });
});
