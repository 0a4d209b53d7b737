import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { rehearse } from '../../src/cli/commands/rehearse.ts';
import { progressBar } from '../../src/cli/print/progress-bar.ts';
import { escaped } from '../../src/cli/rehearse/escaped.ts';
import { timeAxis } from '../../src/cli/rehearse/time-axis.ts';

const folder = mkdtempSync(join(tmpdir(), 'slipway-rehearse-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function fileWith(text: string, name = 'slipway.yml'): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

const checkout = `
name: checkout
target: { kind: lambda, function: checkout }
strategy: [{ setWeight: 25 }, { bake: { minutes: 1 } }, { judge: {} }, { approve: { within: { hours: 1 } } }]
alarms: [checkout-errors]
judge:
  kind: threshold
  rules: [{ metric: errorRatePercent, moreThan: 5 }]
  failWhenAtLeast: 1
  ofLastPeriods: 3
  periodSeconds: 10
hooks: { beforeTraffic: [{ function: smoke }] }
rehearsal: { model: { requestsPerSecond: 50, errorPercent: 0 } }
`;

async function run(...args: string[]) {
  const printed: string[] = [];
  const told: string[] = [];
  const code = await rehearse([...args, '--workers', '1'], {
    print: (text) => void printed.push(text),
    tell: (line) => void told.push(line),
  });
  return { code, printed: printed.join('\n'), told: told.join('\n') };
}

test('the output of a rehearsal is a table with a line for each scenario, and its assumptions', async () => {
  const { code, printed, told } = await run(fileWith(checkout), '--runs', '2');
  expect(code).toBe(0);
  const lines = printed.split('\n');
  expect(lines[0]).toBe('checkout: 7 scenarios of 2 rollouts, seed slipway');
  for (const title of [
    'healthy',
    'healthy, outage',
    'errors x 2',
    'errors x 5',
    'errors x 20',
    'latency x 1.5',
    'latency x 3',
  ])
    expect(lines.filter((line) => line.startsWith(`${title}  `))).toHaveLength(1);
  expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(120);
  expect(printed).toContain('From the spec: 50 requests/s; 0 % errors.');
  expect(printed).toContain('Assumed, since nothing says otherwise: 30 % more and less');
  expect(printed).toContain('How checkout-errors is defined is not known here: red when more than 2 %');
  expect(printed).toContain('Every approval is given at once.');
  expect(printed).toContain('Every hook passes.');
  expect(printed).toContain('Dollars: list prices of 2026-11 in us-east-1');
  expect(told).toMatch(/^14 rollouts in \d+\.\d s\.$/);
});

test('the same seed prints the same bytes and writes the same page', async () => {
  const file = fileWith(checkout);
  const page = join(folder, 'page.html');
  const once = async (...more: string[]) => {
    const { printed } = await run(file, '--runs', '2', '--harm', 'errors=900', '--json', '--report', page, ...more);
    return `${printed}\n${readFileSync(page, 'utf8')}`;
  };
  const first = await once();
  expect(await once()).toBe(first);
  expect(await once('--seed', 'other')).not.toBe(first);
});

test('with --json the whole result is JSON, and nothing else is printed', async () => {
  const { printed } = await run(fileWith(checkout), '--runs', '3', '--harm', 'errors=2000', '--json');
  const result = JSON.parse(printed);
  expect(result).toMatchObject({ service: 'checkout', runs: 3, seed: 'slipway', model: { requestsPerSecond: 50 } });
  expect(result.modelFrom).toMatchObject({ requestsPerSecond: 'spec', medianMs: 'assumed' });
  expect(result.scenarios.map(({ scenario }: { scenario: { name: string } }) => scenario.name)).toEqual([
    'healthy',
    'outage',
    'errors=2000',
  ]);
  expect(result.scenarios[0].promoted.at(-1)).toEqual({ seconds: expect.any(Number), share: 1 });
  expect(result.scenarios[2]).toMatchObject({ outcomes: { rolledBack: { count: 3 } }, weightZero: expect.anything() });
  expect(result.assumptions.length).toBeGreaterThan(5);
});

test('the report has two curves for each scenario, and needs neither a script nor another file', async () => {
  const page = join(folder, 'page.html');
  await run(fileWith(checkout), '--runs', '2', '--harm', 'errors=2000', '--harm', 'latency=3', '--report', page);
  const html = readFileSync(page, 'utf8');
  expect(html.match(/<svg /g)).toHaveLength(4);
  expect(html.match(/<path class="promoted" d="M[^"]+"/g)).toHaveLength(4);
  expect(html.match(/<path class="zero" d="M[^"]+"/g)).toHaveLength(4);
  expect(html).toContain('errors x 2000: 0 % promoted, 100 % back at weight 0.');
  expect(html).toContain('prefers-color-scheme: dark');
  expect(html).not.toMatch(/<script|<link|src=|https?:/);
});

test('one rollout is shown with its timeline, also for a harm outside of the chosen scenarios', async () => {
  const { printed } = await run(fileWith(checkout), '--only', 'errors=2000/1');
  const text = stripVTControlCharacters(printed);
  expect(text).toMatch(/^Rollout errors=2000\/1 of seed slipway, at \d\d:\d\d:\d\d UTC:/);
  expect(text).toMatch(/deployment opened[\s\S]+traffic shifted[\s\S]+deployment rolled back/);
  expect(text).toContain('outcome: rolledBack');
});

test('the model is taken from what CloudWatch recorded', async () => {
  const Timestamps = Array.from({ length: 60 }, (_, index) => new Date(Date.UTC(2026, 0, 5, 0, index)).toISOString());
  const series = (Id: string, value: number) => ({
    Id,
    Timestamps,
    Values: Timestamps.map(() => value),
    StatusCode: 'Complete',
  });
  const recorded = fileWith(
    JSON.stringify({ MetricDataResults: [series('invocations', 600), series('errors', 6)] }),
    'recorded.json',
  );
  const { printed } = await run(fileWith(checkout), '--runs', '1', '--from-metrics', recorded);
  expect(printed).toContain('Measured: 10 requests/s; 1 % errors; 0 % noise from minute to minute.');
  expect(printed).toContain('red when more than 4 %');
});

test('slipway rehearse --help has the command that records metrics, and all options', async () => {
  const { code, printed } = await run('--help');
  expect(code).toBe(0);
  expect(printed).toContain('aws cloudwatch get-metric-data');
  for (const option of ['--runs', '--seed', '--harm', '--json', '--report', '--from-metrics', '--only', '--workers'])
    expect(printed).toContain(option);
});

test.each<[string, string[], RegExp]>([
  ['no file', [], /Name one service: slipway rehearse slipway.yml/],
  ['two files', ['a.yml', 'b.yml'], /Name one service/],
  ['a file that is not there', ['missing.yml'], /missing.yml cannot be read, because there is no such file/],
  ['no runs', ['FILE', '--runs', '0'], /--runs is "0"\. Write a whole number from 1 to 100000/],
  ['half a run', ['FILE', '--runs', '1.5'], /--runs is "1.5"/],
  ['too many runs', ['FILE', '--runs', '100001'], /--runs is "100001"/],
  ['a harm that is none', ['FILE', '--harm', 'cpu=2'], /The harm is "cpu=2"/],
  [
    'a rollout without a number',
    ['FILE', '--only', 'healthy'],
    /--only is "healthy"\. Write a scenario and the number/,
  ],
  ['a scenario that is none', ['FILE', '--only', 'sick/1'], /The harm is "sick"/],
  [
    'a recording that is not there',
    ['FILE', '--from-metrics', 'missing.json'],
    /missing.json cannot be read: there is no such file/,
  ],
  [
    'a page that cannot be written',
    ['FILE', '--runs', '1', '--report', '/missing/page.html'],
    /The report cannot be written/,
  ],
  ['an option that is none', ['FILE', '--speed'], /Unknown option '--speed'/],
])('slipway rehearse with %s is refused', async (_, args, says) => {
  const file = fileWith(checkout);
  await expect(run(...args.map((arg) => (arg === 'FILE' ? file : arg)))).rejects.toThrow(says);
});

test('the progress bar appears only on a terminal, and is removed at the end', () => {
  const written: string[] = [];
  const screen = (isTTY: boolean) => ({ isTTY, write: (text: string) => written.push(text) });
  const unseen = progressBar('Rehearsing', screen(false));
  unseen.show({ done: 1, of: 2 });
  unseen.end();
  expect(written).toEqual([]);
  const bar = progressBar('Rehearsing', screen(true));
  bar.show({ done: 1, of: 2 });
  bar.show({ done: 1, of: 2 });
  bar.end();
  expect(written).toEqual([
    `\rRehearsing  ${'#'.repeat(20)}${'-'.repeat(20)}  1 of 2`,
    expect.stringMatching(/^\r +\r$/),
  ]);
});

test.each([
  [0, 'seconds', 1, 6],
  [44, 'seconds', 50, 6],
  [181, 'minutes', 210, 8],
  [905, 'minutes', 1_200, 5],
  [20_000, 'hours', 21_600, 7],
])('a time axis up to %s s is in %s and ends at %s', (last, unit, endSeconds, ticks) => {
  const axis = timeAxis(last);
  expect(axis).toMatchObject({ unit, endSeconds });
  expect(axis.ticks).toHaveLength(ticks);
});

test('a name of a service cannot become a tag of the HTML page', () => {
  expect(escaped(`<b a='"&'>`)).toBe('&#60;b a=&#39;&#34;&#38;&#39;&#62;');
});
