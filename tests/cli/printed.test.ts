/** What a person reads, at the two widths of the narrow and the usual terminal, without colour. */
import { stripVTControlCharacters } from 'node:util';
import { presentDeployment } from '../../src/api/views/present.ts';
import { commands } from '../../src/cli/all-commands.ts';
import { completedCommands } from '../../src/cli/completion/completed-commands.ts';
import { accessLines } from '../../src/cli/print/access-lines.ts';
import { deploymentLines } from '../../src/cli/print/deployment-lines.ts';
import { explanationLines } from '../../src/cli/print/explanation-lines.ts';
import { findingLines } from '../../src/cli/print/finding-lines.ts';
import { listLines } from '../../src/cli/print/list-lines.ts';
import { serviceStatus } from '../../src/cli/print/service-status.ts';
import { statusLines, statusTable } from '../../src/cli/print/status-lines.ts';
import { age, ago, spanInWords } from '../../src/cli/print/times.ts';
import { aDeployment, OPENED_AT } from '../domain/a-deployment.ts';

const plain = (lines: readonly string[]) => lines.map((line) => stripVTControlCharacters(line));
const MINUTE = 60_000;
const now = OPENED_AT + 5 * MINUTE;
const LONG =
  'Alarm checkout-errors turned red: Threshold Crossed: 1 of 1 datapoints [8.5] were greater than the threshold (2).';

const promoted = presentDeployment({
  ...aDeployment(),
  id: 'dep-0mx49gxlo000000000000000000001',
  status: 'promoted',
  settledAt: OPENED_AT + MINUTE,
  because: 'Version 42 got all the traffic.',
});
const rolledBack = presentDeployment({
  ...aDeployment(),
  id: 'dep-0mx49gxlo000000000000000000002',
  status: 'rolledBack',
  stable: '42',
  canary: '43',
  openedAt: OPENED_AT + 2 * MINUTE,
  settledAt: OPENED_AT + 3 * MINUTE,
  because: LONG,
});

test('the status of a service at 80 columns says what is live, since when, and how the latest ended', () => {
  const status = serviceStatus('checkout', [rolledBack, promoted]);
  expect(plain(statusLines(status, { width: 80, now }))).toEqual([
    'checkout  rolled back',
    '  Version 42 is live since 2026-01-05 10:01:00 UTC, 4 minutes ago.',
    '  Latest: dep-0mx49gxlo000000000000000000002, rolled back 2 minutes ago. Alarm',
    '  checkout-errors turned red: Threshold Crossed: 1 of 1 datapoints [8.5] were',
    '  greater than the threshold (2).',
  ]);
});

test('a failure that moved no call leaves the live version known, and any other failure does not', () => {
  const failed = (isUnmoved: boolean) => {
    const { progress, ...deployment } = aDeployment();
    return presentDeployment({
      ...deployment,
      status: 'failed',
      progress: { ...progress, ...(isUnmoved && { isUnmoved }) },
    });
  };
  expect(serviceStatus('checkout', [failed(true), promoted])).toMatchObject({
    live: '42',
    latest: { status: 'failed' },
  });
  expect(serviceStatus('checkout', [failed(false), promoted]).live).toBeNull();
});

test('a table is a table where it fits, and blocks of lines where it does not', () => {
  const all = [serviceStatus('checkout', [rolledBack, promoted]), serviceStatus('orders', [])];
  expect(plain(statusTable(all, { width: 80, now }))).toEqual([
    'service   live  for    in flight  latest',
    'checkout  42    4 min  -          rolled back',
    'orders    -     -      -          never deployed',
  ]);
  expect(plain(statusTable(all, { width: 40, now }))).toEqual([
    'checkout',
    '  live: 42',
    '  for: 4 min',
    '  latest: rolled back',
    '',
    'orders',
    '  latest: never deployed',
  ]);
});

test('a list fits 80 columns', () => {
  expect(plain(listLines({ items: [rolledBack, promoted], nextCursor: 'abc' }, { width: 80, now }))).toEqual([
    'id                                  service   versions  status       age',
    'dep-0mx49gxlo000000000000000000002  checkout  42 -> 43  rolled back  3 min',
    'dep-0mx49gxlo000000000000000000001  checkout  41 -> 42  promoted     5 min',
    '',
    'There are more: slipway list --cursor abc',
  ]);
  expect(listLines({ items: [] }, { width: 80, now })).toEqual(['There are no such deployments.']);
});

test.each([40, 80])(
  'no line of a deployment or of its evidence is wider than %i columns, but a word that is',
  (width) => {
    const period = { requests: 40, count: 2 };
    const judged = {
      startsAt: '2026-01-05T09:01:00.000Z',
      canary: period,
      stable: { requests: 120, count: 3 },
      ratio: 2.123456,
      from: 0.5,
      to: null,
      evidence: 1.5,
      limit: 5.3,
      because: 'x',
    };
    const metric = { name: 'errors', observedOnly: false, evidence: 1.5, limit: 5.3, because: LONG };
    const lines = plain([
      ...deploymentLines(rolledBack, { width, now }),
      ...explanationLines(
        {
          deployment: rolledBack,
          verdicts: [],
          turningPoints: [],
          alarms: [{ name: 'checkout-errors', state: 'red', because: LONG, since: null } as never],
          periods: [],
          metrics: [{ ...metric, series: [{ name: 'errors', minutes: [judged] }] }],
        },
        { width, now, withPeriods: true },
      ),
      ...findingLines([{ severity: 'error', check: 'alarms', subject: 'checkout-errors', detail: LONG }], { width }),
    ]);
    const wide = lines.filter((line) => line.length > width && line.trim().includes(' '));
    expect(wide).toEqual([]);
    expect(lines.join(' ')).toContain('2.12');
    expect(lines.join(' ')).toContain('0.5 to any');
  },
);

test('evidence of 34 KB becomes some lines, with counts, ratio and interval of each metric', () => {
  const period = (requests: number, count: number) => ({
    startsAt: '2026-01-05T09:01:00.000Z',
    canary: { requests, count },
    stable: { requests: requests * 3, count: 0 },
    ratio: 1.5,
    from: 0.2,
    to: 4,
    evidence: 1,
    limit: 5,
    because: 'x',
  });
  const lines = plain(
    explanationLines(
      {
        metrics: [
          {
            name: 'errors',
            observedOnly: true,
            evidence: 1,
            limit: 5,
            because: 'Fine.',
            series: [{ name: 'errors', minutes: [period(10, 1), period(30, 3)] }],
          },
        ],
      },
      { width: 80, now, withPeriods: false },
    ),
  );
  expect(lines).toEqual([
    '',
    'Metrics',
    'metric  new version     stable          ratio  interval',
    'errors  4 of 40 (10 %)  0 of 120 (0 %)  1.5    0.2 to 4',
    'errors (observed only): Fine.',
  ]);
});

test.each([
  [-5, '0 seconds'],
  [999, '0 seconds'],
  [1_000, '1 second'],
  [59_999, '59 seconds'],
  [60_000, '1 minute'],
  [7_200_000, '2 hours'],
  [172_800_000, '2 days'],
])('%i ms are %s', (ms, words) => {
  expect(spanInWords(ms)).toBe(words);
});

test('a time that is none stays as the server wrote it', () => {
  expect([ago('soon', now), ago(null, now), age('soon', now), age(undefined, now)]).toEqual(['soon', '', 'soon', '']);
});

test('the access that a token has is said with the statement that nearly fits, and what keeps it from fitting', () => {
  const statement = {
    issuer: 'https://token.example',
    claims: { sub: 'repo:acme/checkout:ref:refs/heads/main' },
    role: 'deployer',
    services: ['checkout'],
  } as const;
  const misfits = [{ claim: 'sub', wanted: [statement.claims.sub], found: ['repo:acme/checkout:ref:refs/heads/dev'] }];
  const answer = {
    token: 'SLIPWAY_TOKEN',
    issuer: statement.issuer,
    subject: 'repo:acme/checkout:ref:refs/heads/dev',
    grants: [],
    decision: null,
    policy: 'access-policy.json',
    statements: [{ statement, misfits, number: 2 }],
  };
  expect(plain(accessLines(answer, { width: 120 }))).toEqual([
    'repo:acme/checkout:ref:refs/heads/dev, of https://token.example, from SLIPWAY_TOKEN',
    'Nothing in access-policy.json fits this token.',
    '',
    'Nearest of the others',
    'Statement 2 (deployer of checkout) does not fit:',
    '  sub is repo:acme/checkout:ref:refs/heads/dev; wanted repo:acme/checkout:ref:refs/heads/main',
    '',
    'The signature, the audience and the time of the token were not checked.',
  ]);
});

test('what a shell completes is what the commands take', () => {
  const completed = completedCommands(commands.map(({ declaration }) => declaration));
  const deploy = completed.find(({ name }) => name === 'deploy');
  expect(deploy?.options.find(({ name }) => name === '--strategy')?.choices).toContain('allAtOnce');
  expect(completed.find(({ name }) => name === 'token')?.words).toEqual(['create']);
});
