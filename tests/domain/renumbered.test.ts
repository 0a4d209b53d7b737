import { comparedVersions, requireSameVersions } from '../../src/domain/deployment/renumbered.ts';
import type { Fingerprint } from '../../src/domain/lambda/fingerprint.ts';

const print = (codeSha256: string): Fingerprint => ({ codeSha256, settingsSha256: null });
const target = { kind: 'lambda', function: 'checkout', alias: 'live' } as const;
const known = { stable: print('old 41'), canary: print('old 42') };
const split = { target, stable: '41', canary: '42', revision: 'r1', fingerprints: known };
const versions = (found: Readonly<Record<string, string>>) =>
  new Map(Object.entries(found).map(([version, code]) => [version, print(code)]));
const same = { 41: 'old 41', 42: 'old 42' };

test.each([
  ['all is as on record', same, ['41', '42'], null],
  ['a version is not there', {}, ['41'], null],
  ['the canary is another one and has calls', { ...same, 42: 'new' }, ['41', '42'], 'Conflict'],
  ['the canary is another one without calls', { ...same, 42: 'new' }, ['41'], null],
  ['stable is another one and has calls', { ...same, 41: 'new' }, ['41', '42'], 'Conflict'],
  ['stable is another one without calls', { ...same, 41: 'new' }, ['42'], 'NotFound'],
  ['both are others and the canary has all calls', { 41: 'new', 42: 'new' }, ['42'], 'Conflict'],
])('a rollback compares the versions when %s', (_what, found, live, name) => {
  const compare = () => requireSameVersions({ split, live: new Set(live), isBack: true }, versions(found));
  if (name === null) expect(compare).not.toThrow();
  else
    expect(compare).toThrow(expect.objectContaining({ name, details: name === 'Conflict' ? { isOther: true } : {} }));
});

test('a shift needs both versions, also the one that has no calls yet', () => {
  const compared = { split, live: new Set(['41']), isBack: false };
  expect(() => requireSameVersions(compared, versions({ ...same, 42: 'new' }))).toThrow(
    'Version 42 of checkout is not the version 42 that Slipway has on record: it has other code, so the function was deleted and created again. Slipway changed nothing. Find out which version should be live, then deploy that one.',
  );
});

test('the compared versions are those with an expected fingerprint', () => {
  const numbers = (live: string, isBack: boolean) =>
    comparedVersions({ split, live: new Set([live]), isBack }).map(({ version }) => version);
  expect([numbers('41', true), numbers('42', true), numbers('41', false)]).toEqual([
    ['41'],
    ['41', '42'],
    ['41', '42'],
  ]);
});

test.each([undefined, null, { stable: null, canary: null }])(
  'a version without a fingerprint (%j) is not read',
  (fingerprints) => {
    const compared = { split: { ...split, fingerprints }, live: new Set(['41']), isBack: false };
    expect(comparedVersions(compared)).toEqual([]);
  },
);
