import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { parse } from 'yaml';
import { readServiceSpec } from '../../src/api/spec/service-spec.ts';
import { checkLines } from '../../src/cli/calibrate/check-lines.ts';
import { proposalYaml } from '../../src/cli/calibrate/proposal-lines.ts';
import { calibrate } from '../../src/cli/commands/calibrate.ts';
import { CALIBRATE } from '../../src/cli/declarations/calibrate.ts';
import { SEQUENTIAL_DEFAULTS } from '../../src/domain/service/sequential-defaults.ts';
import { proposedSpec } from '../../src/rehearse/calibrate/proposed-spec.ts';
import { shareOf } from '../../src/rehearse/proportion.ts';

const folder = mkdtempSync(join(tmpdir(), 'slipway-calibrate-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const LAMBDA = 'name: shop\ntarget: { kind: lambda, function: shop }\n';

function aService(more = ''): string {
  const path = join(folder, 'slipway.yml');
  writeFileSync(path, `${LAMBDA}${more}`);
  return path;
}

async function run(args: string[]) {
  const said: string[] = [];
  const code = await calibrate(args, (line) => void said.push(line));
  return { code, said, text: said.join('\n') };
}

/**
 * Runs the command as its own process. The contexts of the test runner make the judge's arithmetic eight times slower.
 */
async function inNode(args: readonly string[]): Promise<{ readonly code: number; readonly text: string }> {
  const program = ['src/cli/main.ts', 'calibrate', ...args];
  try {
    const { stdout } = await promisify(execFile)(process.execPath, program);
    return { code: 0, text: stdout };
  } catch (error) {
    const { code, stdout } = error as { readonly code: number; readonly stdout: string };
    return { code, text: stdout };
  }
}

const BUSY = 'rehearsal: { model: { requestsPerSecond: 1000 } }\n';
const QUICK = [
  '--detect',
  '20x',
  '--power',
  '80%',
  '--within',
  '4m',
  '--start-at',
  '5%',
  '--runs',
  '100',
  '--check-runs',
  '20',
  '--workers',
  '1',
];

test('a proposal can be pasted into the service, fits a terminal, and is checked by the shipped machine', async () => {
  const path = aService(`alarms: [shop-errors]\nstrategy: [{ approve: { within: { hours: 1 } } }]\n${BUSY}`);
  const { code, text } = await inNode([path, ...QUICK]);
  const said = text.split('\n');
  expect({ code, agrees: text.includes('The check agrees with the promise') }).toEqual({ code: 0, agrees: true });
  expect(text).toContain('The strategy of the service asks for approvals. They are left out here');
  expect(Math.max(...said.map(({ length }) => length))).toBeLessThanOrEqual(120);
  expect(text).toMatch(
    /Checked by 20 whole rollouts of each kind through the shipped machine, without alarms, seed slipway\/check:/,
  );

  const from = said.indexOf('strategy:');
  const yaml = said.slice(from, said.indexOf('', from)).join('\n');
  const read = readServiceSpec(parse(`${LAMBDA}${yaml}`));
  expect(read).toMatchObject({ ok: true, spec: { judge: { kind: 'sequential', falseRollbackPercent: 1 } } });
});

test('the same seed gives the same bytes on one or two threads, and rollouts on new seeds keep the promise', async () => {
  const path = aService();
  const asked = [
    '--detect',
    '5x',
    '--power',
    '90%',
    '--within',
    '15m',
    '--runs',
    '200',
    '--check-runs',
    '60',
    '--json',
  ];
  const [one, two] = await Promise.all(['1', '2'].map((workers) => inNode([path, ...asked, '--workers', workers])));
  expect(two).toEqual(one);
  const { proposal, check, asked: promised } = JSON.parse(one?.text ?? '');
  expect(proposal.judge).toMatchObject({ kind: 'sequential', falseRollbackPercent: 1, harmRatio: 5 });
  expect(check).toMatchObject({ seed: 'slipway/check', runs: 60, keepsPromise: true });
  expect(check.falseRollbacks.from).toBeLessThanOrEqual(promised.falseRollbackPercent / 100);
  expect(check.harms[0].caught.to).toBeGreaterThanOrEqual(promised.powerPercent / 100);
});

test('when no policy can keep the promise, the command gives the reason and the exit code 2', async () => {
  const path = aService('rehearsal: { model: { requestsPerSecond: 0.02 } }\n');
  const { code, text } = await inNode([path, '--detect', '2x', '--within', '5m']);
  expect(code).toBe(2);
  expect(text).toMatch(/No policy keeps it\.\nAny test whatever, right so often about 2 times the errors, needs \d/);
  expect(text.replaceAll('\n', ' ')).toContain('So no policy with at most 50 % can keep it, by whatever judge.');
  expect(text).not.toContain('strategy:');
});

test('the model can be taken from recorded metrics', async () => {
  const path = aService();
  const recorded = join(folder, 'recorded.json');
  const minutes = Array.from({ length: 60 }, (_, minute) => new Date(Date.UTC(2026, 0, 5, 0, minute)).toISOString());
  const series = { invocations: 1, errors: 0, durationP50: 40, durationP99: 180 };
  const MetricDataResults = Object.entries(series).map(([Id, value]) => {
    const values = minutes.map((_, minute) => (Id === 'errors' && minute === 7 ? 1 : value));
    return { Id, Label: Id, Timestamps: minutes, Values: values, StatusCode: 'Complete' };
  });
  writeFileSync(recorded, JSON.stringify({ MetricDataResults }));
  const { code, text } = await inNode([path, '--within', '5m', '--from-metrics', recorded]);
  expect(code).toBe(2);
  expect(text.replaceAll('\n', ' ')).toContain(
    'with 50 % of the calls at 0.0167 requests a second; there are 5 minutes.',
  );
  await expect(run([path, '--from-metrics', 'missing.json'])).rejects.toThrow(/missing\.json cannot be read/);
});

test('own settings of the judge of a service stay in the proposal', () => {
  const own =
    'judge: { kind: sequential, metrics: [{ metric: errors }], warmUp: { seconds: 30 }, minimumRequests: 50 }';
  const read = readServiceSpec(parse(`${LAMBDA}${own}\ndeadline: { minutes: 30 }\n`));
  if (!read.ok) throw new Error('It is a good spec.');
  const candidate = { weights: [5, 25], bakeMinutes: 20, alphaPercent: 0.5, harmRatio: 2 };
  const { strategy, judge, deadline } = proposedSpec(read.spec, candidate);
  const yaml = proposalYaml({ candidate, strategy, judge, deadline, raisesDeadline: true }).join('\n');
  const pasted = readServiceSpec(parse(`${LAMBDA}${yaml}\n`));
  expect(pasted).toMatchObject({ ok: true, spec: { strategy, judge, deadline: { minutes: 45 } } });
  expect(judge).toMatchObject({
    falseRollbackPercent: 0.5,
    harmRatio: 2,
    minimumRequests: 50,
    warmUp: { seconds: 30 },
  });
});

test.each([
  [
    { keepsPromise: true, provesPromise: true, held: 0.01 },
    /^The promise is kept: every .+ on the right side of it\.$/,
  ],
  [{ keepsPromise: true, provesPromise: true, held: 0.4 }, /is kept: .+ Many healthy versions wait for a person/],
  [
    { keepsPromise: true, provesPromise: false, held: 0 },
    /^The check agrees with the promise: .+ A larger --check-runs/,
  ],
  [{ keepsPromise: false, provesPromise: false, held: 0 }, /The promise is NOT kept: an interval lies wholly on the/],
])('the output does not hide what the check found: %j', ({ held, ...promise }, says) => {
  const none = shareOf({ count: 0, of: 100 });
  const check = {
    seed: 's/check',
    runs: 100,
    falseRollbacks: none,
    held: shareOf({ count: held * 100, of: 100 }),
    toPromotionSeconds: null,
    harms: [{ name: 'latency=2', caught: none, toZeroSeconds: null, harmedRequests: null }],
    ...promise,
  };
  const lines = checkLines(check, [{ name: 'latency=2', harm: { errorFactor: 1, latencyFactor: 2 } }]);
  expect(lines).toContain('- 2 times the latency: 0.0 (0.0-3.7) % taken back.');
  expect(lines.slice(lines.findIndex((line) => line.startsWith('The '))).join(' ')).toMatch(says);
});

test('slipway calibrate --help lists every option', async () => {
  const { code, text } = await run(['--help']);
  expect(code).toBe(0);
  for (const option of Object.keys(CALIBRATE.options)) expect(text).toContain(`--${option}`);
});

test('the judge that is proposed for a service without one is the default judge', () => {
  const read = readServiceSpec(parse(`${LAMBDA}judge: { kind: sequential }\n`));
  expect(read).toMatchObject({ ok: true, spec: { judge: SEQUENTIAL_DEFAULTS } });
  if (read.ok) expect(read.spec.judge).toEqual(SEQUENTIAL_DEFAULTS);
});

test.each([
  ['no file', [], /Name one service file/],
  ['two files', ['a.yml', 'b.yml'], /Name one service file/],
  ['a file that is not there', ['none.yml'], /none\.yml cannot be read/],
  ['an option that there is not', ['FILE', '--quick'], /--quick/],
])('slipway calibrate with %s is refused', async (_what, args, says) => {
  const path = aService();
  await expect(run(args.map((arg) => (arg === 'FILE' ? path : arg)))).rejects.toThrow(says);
});

test.each([
  ['--false-rollback', '0', /--false-rollback is "0"; write a percentage from 0\.01 to 20, for example 1%/],
  ['--false-rollback', 'few', /--false-rollback is "few"/],
  ['--false-rollback', '30%', /from 0\.01 to 20/],
  ['--power', '100%', /--power is "100%"; write a percentage from 50 to 99\.9/],
  ['--power', '99.9%', /2000 rollouts cannot show that 99\.9 % are caught, even if all of them are\. Give --runs 3838/],
  ['--detect', '1x', /harm is "errors=1"/],
  [
    '--detect',
    'cost=2x',
    /--detect is "cost=2x"; write how many times the errors, or the latency: 2x, or latency=1\.5x/,
  ],
  ['--within', '90', /--within is "90"; write a time from 3 minutes to 24 hours, for example 45m, 2h or 1h30m/],
  ['--within', '1m', /--within is "1m"/],
  ['--start-at', '0%', /--start-at is "0%"/],
  ['--runs', '10', /--runs is "10"; write a whole number from 100 to 100000/],
  ['--check-runs', '1e3', /--check-runs is "1e3"/],
])('%s %s is refused, with a valid example', async (option, value, says) => {
  await expect(run([aService(), option, value])).rejects.toThrow(says);
});

test('calibrate refuses a harm that no judge measures, and a route without weights', async () => {
  const errorsOnly = aService('judge: { kind: sequential, metrics: [{ metric: errors }] }\n');
  await expect(run([errorsOnly, '--detect', 'latency=2x'])).rejects.toThrow(
    /does not judge latency\. Add it to judge\.metrics/,
  );

  const path = join(folder, 'rolling.yml');
  const target =
    '{ kind: kubernetes, cluster: c, namespace: n, workload: shop, route: { kind: rolling }, manifests: { port: 8080 } }';
  writeFileSync(path, `name: shop\ntarget: ${target}\nstrategy: allAtOnce\n`);
  await expect(run([path])).rejects.toThrow(/The route rolling sends all calls or none/);
});
