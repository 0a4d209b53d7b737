import {
  differenceInWords,
  fingerprintIn,
  fingerprintsOf,
  isSame,
  knownIn,
  mayBeSame,
} from '../../src/domain/lambda/fingerprint.ts';

const print = (codeSha256: string, settingsSha256: string | null = 'blue') => ({ codeSha256, settingsSha256 });

test.each([
  ['the same code and settings', print('a'), print('a'), true],
  ['other code', print('a'), print('b'), false],
  ['other settings', print('a'), print('a', 'green'), false],
  ['settings that were not read at first', print('a', null), print('a', 'green'), true],
  ['settings that are not read now', print('a'), print('a', null), true],
  ['other code, and settings that are not read', print('a', null), print('b', null), false],
  ['nothing on record', null, print('a'), true],
  ['nothing to compare with', print('a'), undefined, true],
])('the fingerprints are compared as the same or not with %s', (_what, one, other, isSame) => {
  expect(mayBeSame(one, other)).toBe(isSame);
  expect(mayBeSame(other, one)).toBe(isSame);
});

test('the difference is the code, or otherwise the settings', () => {
  expect(differenceInWords(print('a'), print('b', 'green'))).toBe('code');
  expect(differenceInWords(print('a'), print('a', 'green'))).toBe('settings');
  expect(differenceInWords(null, print('a'))).toBe('code');
});

test('a deployment knows the fingerprints of each of its two versions by its number', () => {
  const fingerprints = { stable: print('a'), canary: print('b') };
  const deployment = { stable: '41', fingerprints };
  expect(fingerprintIn(deployment, '41')).toEqual(print('a'));
  expect(fingerprintIn(deployment, '42')).toEqual(print('b'));
  expect(fingerprintIn({ stable: '41', fingerprints: null }, '41')).toBeNull();
  expect(knownIn(deployment, '42')).toEqual({ version: '42', fingerprint: print('b') });
  expect(knownIn(deployment, null)).toBeNull();
});

test('two unknown versions have no fingerprints', () => {
  expect(fingerprintsOf({ stable: null, canary: null })).toBeNull();
  expect(fingerprintsOf({ stable: null, canary: print('b') })).toEqual({ stable: null, canary: print('b') });
  expect(fingerprintsOf({ stable: print('a'), canary: null })).toEqual({ stable: print('a'), canary: null });
});

test('two versions are the same only when all of both is known and equal', () => {
  const whole = { codeSha256: 'a', settingsSha256: 's' };
  expect(isSame(whole, { ...whole })).toBe(true);
  expect(isSame(whole, { ...whole, codeSha256: 'b' })).toBe(false);
  expect(isSame(whole, { ...whole, settingsSha256: 't' })).toBe(false);
  for (const partly of [null, undefined, { codeSha256: 'a', settingsSha256: null }]) {
    expect(isSame(whole, partly)).toBe(false);
    expect(isSame(partly, whole)).toBe(false);
  }
});
