/**
 * Checks the shape of src: the layers that exist, and that imports make no circle. tidy.test.ts checks which layer may
 * import which.
 */
import { circleProblems } from './circle-rules.ts';
import { layerProblems, layersOf } from './import-rules.ts';
import { readSources, type Source } from './sources.ts';

const product = readSources('src', /\.ts$/);

test('imports of src make no circle, by files or by folders, by values or by types', () => {
  expect(circleProblems(product)).toEqual([]);
});

const file = (path: string, text: string): Source => ({ path, text });

const refuses: readonly (readonly [what: string, sources: readonly Source[], says: RegExp])[] = [
  [
    'two files that import each other',
    [file('src/api/a.ts', "import { b } from './b.ts';"), file('src/api/b.ts', "import { a } from './a.ts';")],
    /^src\/api\/a\.ts src\/api\/b\.ts: a circle of imports/,
  ],
  [
    'three files, of which one takes only a type and one is loaded later',
    [
      file('src/api/a.ts', "import type { B } from './b.ts';"),
      file('src/api/b.ts', "export { c } from './c.ts';"),
      file('src/api/c.ts', "const a = await import('./a.ts');"),
    ],
    /^src\/api\/a\.ts src\/api\/b\.ts src\/api\/c\.ts: a circle of imports/,
  ],
  [
    'two folders whose files are in no circle',
    [
      file('src/api/a.ts', "import type { B } from './routes/b.ts';"),
      file('src/api/routes/b.ts', ''),
      file('src/api/routes/c.ts', "import { d } from '../d.ts';"),
      file('src/api/d.ts', ''),
    ],
    /^src\/api src\/api\/routes: a circle of imports/,
  ],
];

test.each(refuses)('the rule for circles refuses %s', (_what, sources, says) => {
  expect(circleProblems(sources)).toEqual([expect.stringMatching(says)]);
});

test('a file of a subfolder may import from the folder above', () => {
  const sources = [file('src/api/routes/a.ts', "import { b } from '../b.ts';"), file('src/api/b.ts', '')];
  expect(circleProblems(sources)).toEqual([]);
});

test('the table of layers names exactly the folders of src', () => {
  expect(layerProblems(layersOf(product))).toEqual([]);
  expect(layerProblems([...layersOf(product), 'extra'])).toEqual(['src has the layer extra, and the table does not.']);
  expect(layerProblems(layersOf(product).filter((name) => name !== 'store'))).toEqual([
    'The table has the layer store, and src does not.',
  ]);
});
