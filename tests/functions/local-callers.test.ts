import { isCallerName, isIssuedSubject, isMintedSubject } from '../../src/domain/access/caller-name.ts';
import { localCaller } from '../../src/embedded/server/local-callers.ts';

test.each([undefined, '', ' '])('a caller that sends %j as its authorization is local', (authorization) => {
  expect(localCaller(authorization)).toMatchObject({ caller: 'local' });
});

test.each(['ann', 'a', 'reviewer.2', 'j_d-9', 'x'.repeat(40)])('the token local:%s names a local person', (name) => {
  expect(localCaller(`Bearer local:${name}`)).toMatchObject({ caller: `local:${name}` });
  expect(isCallerName(`local:${name}`)).toBe(true);
});

test.each([
  'Bearer local:',
  'Bearer local:Ann',
  'Bearer local:ann smith',
  'Bearer local:ann/ben',
  'Bearer local:ann\u001b',
  `Bearer local:${'x'.repeat(41)}`,
  'Bearer ann',
  'Bearer slipway',
  'Bearer eyJhbGciOiJub25lIn0.e30.',
  'Basic bG9jYWw6YW5u',
  'local:ann',
])('%j names no local person and is refused', (authorization) => {
  expect(localCaller(authorization)).toEqual({ refusal: 'no local name' });
});

test('no token of an issuer, and none that an operator makes, has the name of a local person', () => {
  for (const name of ['local:ann', 'LOCAL:ann', 'local:x@acme']) {
    expect([isMintedSubject(name), isIssuedSubject(name)]).toEqual([false, false]);
  }
});
