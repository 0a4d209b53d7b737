import { isSlipwayError, SlipwayError } from '../../src/domain/errors.ts';

test('an error carries its literal name, its message and its details', () => {
  const error = new SlipwayError('Conflict', 'Someone moved it. Look at the alias.', { details: { alias: 'live' } });

  expect(error).toBeInstanceOf(Error);
  expect(error).toMatchObject({
    name: 'Conflict',
    message: 'Someone moved it. Look at the alias.',
    details: { alias: 'live' },
  });
  expect('cause' in error).toBe(false);
});

test('an error keeps its cause, and has no details unless it was given some', () => {
  const cause = new Error('socket hang up');

  expect(new SlipwayError('Transient', 'Try again.', { cause })).toMatchObject({ cause, details: {} });
});

test.each([
  ['a Slipway error of any name', new SlipwayError('Broken', 'no'), undefined, true],
  ['a Slipway error of the name asked for', new SlipwayError('Broken', 'no'), 'Broken', true],
  ['a Slipway error of another name', new SlipwayError('Broken', 'no'), 'Transient', false],
  ['an error of somebody else', new Error('no'), undefined, false],
  ['a thing that is no error', { name: 'Broken', details: {} }, 'Broken', false],
] as const)('isSlipwayError is right about %s', (_what, error, name, expected) => {
  expect(isSlipwayError(error, name)).toBe(expected);
});
