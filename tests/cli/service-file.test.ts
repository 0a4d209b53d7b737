import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readServiceFile } from '../../src/cli/files/service-file.ts';

const folder = mkdtempSync(join(tmpdir(), 'slipway-files-'));
const written = (text: string) => {
  const path = join(folder, 'slipway.yml');
  writeFileSync(path, text);
  return path;
};

test('the shipped example is a service that can be registered', () => {
  expect(readServiceFile('examples/checkout/slipway.yml')).toMatchObject({
    name: 'checkout',
    alarms: ['checkout-errors'],
    rehearsal: { handler: 'good.mjs' },
  });
});

test('a mistake in a file is reported with its line and its column', () => {
  const path = written('name: shop\ntarget: { kind: lambda, function: shop }\nstrategy: [{ setWeight: 120 }]\n');
  expect(() => readServiceFile(path)).toThrow(/slipway\.yml:3:25 {2}The weight is 120;/);
});

test('a file that is not YAML, or is missing, is named', () => {
  expect(() => readServiceFile(written('name: [unclosed'))).toThrow(/slipway\.yml cannot be read as YAML/);
  expect(() => readServiceFile(join(folder, 'none.yml'))).toThrow(/none\.yml cannot be read/);
});
