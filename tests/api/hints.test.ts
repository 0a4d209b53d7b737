import { closeWord } from '../../src/api/fields/close-word.ts';
import { readServiceSpec } from '../../src/api/spec/service-spec.ts';

const shop = { name: 'shop', target: { kind: 'lambda', function: 'shop' } };

function problemsOf(spec: object) {
  const read = readServiceSpec(spec);
  return read.ok ? [] : read.errors;
}

test('a misspelled field is one problem at its own pointer, also when the right field is required', () => {
  const { name, ...rest } = shop;
  expect(problemsOf({ ...rest, nmae: name })).toEqual([
    { pointer: '/nmae', detail: expect.stringContaining('There is no field "nmae" here. Did you mean "name"?') },
  ]);
});

test('a misspelled field of a step, and of a length of time, is named at its own pointer', () => {
  const strategy = [{ setWieght: 10 }, { bake: { minute: 5 } }];
  expect(problemsOf({ ...shop, strategy })).toEqual([
    { pointer: '/strategy/0/setWieght', detail: expect.stringContaining('Did you mean "setWeight"?') },
    { pointer: '/strategy/1/bake/minute', detail: expect.stringContaining('Did you mean "minutes"?') },
  ]);
});

test('a step of two kinds is no misspelled field', () => {
  expect(problemsOf({ ...shop, strategy: [{ setWeight: 10, bake: { minutes: 5 } }] })).toEqual([
    { pointer: '/strategy/0', detail: expect.stringMatching(/^A step is exactly one of/) },
  ]);
});

test('a field that belongs elsewhere is told where, by kind when only one kind has it', () => {
  expect(problemsOf({ ...shop, failWhenAtLeast: 2 })).toEqual([
    { pointer: '/failWhenAtLeast', detail: expect.stringContaining('It belongs into judge of the kind threshold.') },
  ]);
});

test('a field that is in many places is not told where it belongs', () => {
  const [problem] = problemsOf({ ...shop, kind: 'lambda' });
  expect(problem?.detail).toMatch(/^There is no field "kind" here\. The fields here are/);
});

test.each([
  ['lambada', ['lambda', 'kubernetes'], 'lambda'],
  ['LAMBDA', ['lambda', 'kubernetes'], 'lambda'],
  ['kidn', ['name', 'kind'], 'kind'],
  ['lambda', ['lambda'], null],
  ['x', ['ab'], null],
  ['kubernetes', ['lambda'], null],
  ['toString', ['name'], null],
  ['a'.repeat(1_000_000), ['a'.repeat(59)], null],
])('the close word is found, and no far one: case %#', (written, allowed, word) => {
  expect(closeWord(written, allowed)?.word ?? null).toBe(word);
});
