import { readSources } from './sources.ts';
import { ASKING_FILES, asksNoTargetItsKind, questionsIn, takesOneKind } from './target-rules.ts';

const product = readSources('src', /\.ts$/);

/** A new kind of target would be missing in these files without an error, so their number may only fall. */
const ONE_KIND_FILES_MAX = 40;

test('no file of src asks for the kind of a target without a reason', () => {
  expect(product.flatMap(asksNoTargetItsKind)).toEqual([]);
});

test('at most ten files ask for the kind of a target, and each of them does', () => {
  const asking = product.filter(({ text }) => questionsIn(text).length > 0).map(({ path }) => path);

  expect(Object.keys(ASKING_FILES).length).toBeLessThanOrEqual(10);
  expect(asking).toEqual(Object.keys(ASKING_FILES).toSorted());
});

test('the number of files that know only one kind of target does not grow', () => {
  expect(product.filter(takesOneKind).length).toBeLessThanOrEqual(ONE_KIND_FILES_MAX);
});

test.each([
  ["if (target.kind === 'lambda') return;"],
  ["if (spec.target.kind !== 'kubernetes') return;"],
  ["if ('lambda' === target.kind) return;"],
  ["switch (kind) { case 'kubernetes': }"],
  ["if ('alias' in spec.target) return;"],
  ['return forTarget(target, verbs);'],
  ['return VERBS[target.kind](ports);'],
])('the question in %s is reported', (text) => {
  expect(asksNoTargetItsKind({ path: 'src/operations/x.ts', text })).toHaveLength(1);
});

test.each([["if (judge.kind === 'sequential') return;"], ["if ('function' in hook) return;"]])(
  'the code in %s is not a question about a target',
  (text) => {
    expect(questionsIn(text)).toEqual([]);
  },
);
