import { readServiceSpec } from '../../src/api/spec/service-spec.ts';

const read = (triggers: unknown) =>
  readServiceSpec({
    name: 'checkout',
    target: { kind: 'lambda', function: 'checkout' },
    rehearsal: { handler: 'v1.mjs', triggers },
  });

test('a trigger calls the function itself, an alias or a version, with its own traffic', () => {
  const triggers = [
    { kind: 'api', name: 'shop', requestsPerSecond: 20 },
    { kind: 'queue', name: 'jobs', calledAs: 'live' },
    { kind: 'schedule', name: 'nightly', calledAs: '$LATEST' },
    { kind: 'topic', name: 'orders', calledAs: '1' },
  ];
  expect(read(triggers)).toMatchObject({ ok: true, spec: { rehearsal: { triggers } } });
});

test.each([
  ['kind', { kind: 'webhook', name: 'x' }, /^The kind of the trigger is "webhook"; write "api", .* or "url"\.$/],
  ['name', { kind: 'api', name: 'a b' }, /^The name of the trigger is "a b"/],
  ['calledAs', { kind: 'api', name: 'x', calledAs: 'a:b' }, /write an alias, the number of a version, or \$LATEST/],
  ['requestsPerSecond', { kind: 'api', name: 'x', requestsPerSecond: 201 }, /a number from 0 to 200/],
])('a trigger with a bad %s is refused with a clear message', (field, trigger, says) => {
  const result = read([trigger]);
  expect(result.ok ? [] : result.errors).toEqual([
    { pointer: `/rehearsal/triggers/0/${field}`, detail: expect.stringMatching(says) },
  ]);
});
