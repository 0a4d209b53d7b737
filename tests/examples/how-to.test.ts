import { globSync, readFileSync } from 'node:fs';
import { afterIntrusion, type FoundSplit, intrusionIn } from '../../src/domain/deployment/moved-by-others.ts';
import { aDeployment } from '../domain/a-deployment.ts';

const root = new URL('../../', import.meta.url);
const textOf = (path: string) => readFileSync(new URL(path, root), 'utf8');
const pages = globSync('docs/how-to/*.md', { cwd: root });

test('the table of adopt.md and the index name every page about a tool', () => {
  const tools = pages.filter((page) => /adopt-/.test(page)).map((page) => page.replace('docs/how-to/', ''));
  expect(tools.length).toBeGreaterThan(0);
  for (const page of ['adopt.md', 'README.md']) {
    const text = textOf(`docs/how-to/${page}`);
    expect(tools.filter((tool) => !text.includes(`](${tool})`))).toEqual([]);
  }
});

const target = { kind: 'lambda', function: 'shop-prod-api', alias: 'live' } as const;
const found = (split: Omit<Exclude<FoundSplit, 'gone'>, 'revision'>) => ({ ...split, revision: 'r9' });

test.each<readonly [string, FoundSplit]>([
  ['put it whole on another version', found({ stable: '43', canary: null, canaryPercent: 0 })],
  ['took the weights off', found({ stable: '41', canary: null, canaryPercent: 0 })],
  ['set other weights', found({ stable: '41', canary: '42', canaryPercent: 50 })],
  ['deleted the alias', 'gone'],
])('adopt.md quotes the text of the timeline when a tool %s', (_, split) => {
  const deployment = aDeployment({
    atPercent: 25,
    steps: [{ setWeight: 25 }, { bake: { minutes: 10 } }],
    liveRevision: 'r1',
  });
  const own = { target, stable: '41', canary: '42', revision: 'r1' };
  const intrusion = intrusionIn(deployment, { split: own, found: split });
  if (intrusion === null) throw new Error('Nothing was noticed.');
  const { entries } = afterIntrusion(deployment, { intrusion, split: own, now: 0 });
  expect(textOf('docs/how-to/adopt.md')).toContain(` ${entries[0]?.because} `);
});
