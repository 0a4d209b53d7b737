import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { simulate } from '../../src/cli/commands/simulate.ts';
import { start } from '../../src/cli/commands/start.ts';
import { firstScreen } from '../../src/cli/print/first-screen.ts';
import { timelineLine } from '../../src/cli/print/timeline-lines.ts';
import { ENTRY_KINDS } from '../../src/domain/deployment/timeline.ts';

const folder = mkdtempSync(join(tmpdir(), 'slipway-cli-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test('the first screen has the address, and commands that can be copied', () => {
  const screen = stripVTControlCharacters(firstScreen({ port: 4000, dataDir: '.slipway', services: ['checkout'] }));
  expect(screen).toContain('http://localhost:4000/docs');
  expect(screen).toContain('examples/checkout/failing.mjs');
});

test('the first screen shows how to deploy a service of the command line', () => {
  const own = [{ service: 'shop-api', handler: 'src/app.handler' }];
  const screen = stripVTControlCharacters(
    firstScreen({ port: 4000, dataDir: '.slipway', services: ['shop-api'], own }),
  );
  expect(screen).toContain(
    '{"service": "shop-api", "artifact": {"s3": {"bucket": "local", "key": "src/app.handler"}}}',
  );
});

test.each(ENTRY_KINDS)('a line of the timeline says %s in words, with the time since when', (kind) => {
  const line = stripVTControlCharacters(
    timelineLine({ kind, at: 13_300, because: 'why', data: { canaryPercent: 10 } }, 1_000),
  );
  expect(line).toMatch(/^ {4}12\.3 s {2}[a-z ]+why {2}\(10 %\)$/);
});

test('simulate prints the trace of one seed, and the rate of many', async () => {
  const said: string[] = [];
  const say = (line: string) => void said.push(line);

  expect(await simulate(['--seed', '3'], say)).toBe(0);
  expect(said.length).toBeGreaterThan(10);
  expect(said.at(-1)).toMatch(/^seed 3: \d+ steps, \d+ rollouts, trace [0-9a-f]+: every invariant holds\.$/);
  expect(await simulate(['--seed', '1', '--seeds', '2'], say)).toBe(0);
  expect(said.at(-1)).toMatch(/^2 seeds, \d+ rollouts in [\d.]+ s/);
});

test('an invalid port, and a service without a handler, are refused before anything starts', async () => {
  await expect(start(['--port', 'abc', '--data', folder])).rejects.toThrow('--port abc is not a port');
  const path = join(folder, 'slipway.yml');
  writeFileSync(path, 'name: shop\ntarget: { kind: lambda, function: shop }\n');
  await expect(start(['--service', path])).rejects.toThrow('rehearsal: { handler:');
  writeFileSync(path, 'name: shop\ntarget: { kind: lambda, function: shop }\nrehearsal: { model: {} }\n');
  await expect(start(['--service', path])).rejects.toThrow('rehearsal: { handler:');
});
