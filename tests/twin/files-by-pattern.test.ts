import { globSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { filesByPattern } from '../../src/twin/handlers/files-by-pattern.ts';

const folder = mkdtempSync(join(tmpdir(), 'slipway-pattern-'));
const FILES = ['a.json', 'b.txt', 'events/get.json', 'events/post.json', 'events/v2/get.json', 'events/v2/x/y.json'];

beforeAll(() => {
  for (const file of FILES) {
    mkdirSync(dirname(join(folder, file)), { recursive: true });
    writeFileSync(join(folder, file), '{}');
  }
});

afterAll(() => rmSync(folder, { recursive: true }));

test.each([
  '*.json',
  'events/*.json',
  './events/*.json',
  'events/*/*.json',
  'events/**/*.json',
  '**/get.json',
  'events/{get,post}*.json',
  'events/v?/*.json',
  '*/get.json',
  'nowhere/*.json',
  'a*.json',
])('%s names the files that it names for Node itself', (pattern) => {
  const wanted = globSync(pattern, { cwd: folder }).sort();
  expect(filesByPattern(pattern, { folder })).toEqual(wanted);
});
