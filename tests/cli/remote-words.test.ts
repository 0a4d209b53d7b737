import { contracts } from '../../src/api/all-contracts.ts';
import { commands } from '../../src/cli/all-commands.ts';
import { inCommands } from '../../src/cli/print/command-words.ts';
import { versionsInWords } from '../../src/cli/print/deployment-words.ts';
import { verbs } from '../../src/cli/print/verbs.ts';
import { durationOption } from '../../src/cli/remote/durations.ts';
import { EXIT_CODES, exitOfDeployment, exitOfError, exitOfWait } from '../../src/cli/remote/exit-codes.ts';
import { ENDED, IN_FLIGHT } from '../../src/domain/deployment/deployment.ts';
import { SlipwayError } from '../../src/domain/errors.ts';

const known = new Map(commands.map(({ declaration }) => [declaration.name, declaration]));

test.each(Object.keys(contracts))('the contract %s has its command, or says why it has none', (name) => {
  const verb = verbs[name as keyof typeof verbs];
  if (typeof verb === 'object') expect(verb.because).toMatch(/\.$/);
  else expect([...known.keys()]).toContain(verb.split(' ')[0]);
});

test('the numbers of the exit codes never change', () => {
  expect(Object.fromEntries(Object.entries(EXIT_CODES).map(([name, { code }]) => [name, code]))).toEqual({
    good: 0,
    refused: 1,
    rolledBack: 2,
    failed: 3,
    superseded: 4,
    timeout: 5,
    awaitsApproval: 6,
    notReached: 7,
    frozen: 8,
    conflict: 9,
    left: 130,
  });
});

test('each status of a deployment has its exit code', () => {
  const codes = [...IN_FLIGHT, ...ENDED].map((status) => [status, exitOfDeployment({ status, kind: 'rollout' })]);
  expect(Object.fromEntries(codes)).toEqual({
    opened: 'good',
    rollingOut: 'good',
    awaitingApproval: 'good',
    paused: 'good',
    rollingBack: 'rolledBack',
    promoted: 'good',
    rolledBack: 'rolledBack',
    superseded: 'superseded',
    failed: 'failed',
    unchanged: 'good',
  });
  expect(exitOfDeployment({ status: 'rolledBack', kind: 'rollback' })).toBe('good');
  expect(exitOfDeployment({ status: 'thinking' as 'opened', kind: 'rollout' })).toBe('failed');
});

test('each end of a wait has its exit code', () => {
  const deployment = { status: 'promoted', kind: 'rollout' } as const;
  const of = (how: 'ended' | 'timeout' | 'approval' | 'left') => exitOfWait({ how, deployment });
  expect([of('ended'), of('timeout'), of('approval'), of('left')]).toEqual([
    'good',
    'timeout',
    'awaitsApproval',
    'left',
  ]);
});

test.each([
  ['Forbidden', {}, 'notReached'],
  ['Transient', {}, 'notReached'],
  ['Broken', {}, 'notReached'],
  ['NotFound', {}, 'refused'],
  ['InvalidRequest', {}, 'refused'],
  ['InvalidRequest', { status: 423 }, 'frozen'],
  ['Conflict', {}, 'conflict'],
  ['Conflict', { release: '/services/shop/release' }, 'frozen'],
] as const)('the error %s with %j has its exit code', (name, details, exit) => {
  expect(exitOfError(new SlipwayError(name, 'No.', { details }))).toBe(exit);
});

test('the versions of a rollback lead to the version that is live after it', () => {
  const rollback = { kind: 'rollback', stable: '2', canary: '3' } as const;
  expect(versionsInWords(rollback)).toBe('3 -> 2');
  expect(versionsInWords({ ...rollback, kind: 'rollout' })).toBe('2 -> 3');
});

test.each([
  ['To undo it, POST /rollback.', 'To undo it, slipway rollback.'],
  ['Or POST /services/shop/release first.', 'Or slipway release shop first.'],
  ['Register it with PUT /services/shop.', 'Register it with slipway apply -f slipway.yml.'],
  ['Look at it with GET /deployments/dep-1; its actions', 'Look at it with slipway status dep-1; its actions'],
  ['POST /deployments/{id}/abort stops it.', 'slipway abort {id} stops it.'],
  ['Repeat it with "hotfix": true; the alarm', 'Repeat it with --hotfix; the alarm'],
  ['Repeat this with "supersede": true.', 'Repeat this with --supersede.'],
  ['GET /deployments?service=shop lists them.', 'slipway list shop lists them.'],
  ['Do it with "Authorization: Bearer local:NAME", such as local:ann.', 'Do it with --as NAME, such as --as ann.'],
  ['GET /other stays.', 'GET /other stays.'],
  ['GET /deployments?service=shop lists what came after it.', 'slipway list shop lists what came after it.'],
  ['See GET /deployments?service=shop&status=inFlight.', 'See slipway list shop --status inFlight.'],
  ['Move it by PUT /services/new?takeFrom=old.', 'Move it by slipway apply -f slipway.yml --take-from old.'],
  ['Deploy it with {"version": "latest"}.', 'Deploy it with --version latest.'],
  ['Go back to 41 (POST /rollback with "to": "41"), then', 'Go back to 41 (slipway rollback --to 41), then'],
  ['Name the version to go back to with "to", as', 'Name the version to go back to with --to, as'],
  [
    'Approve it as another local person, with "Authorization: Bearer local:NAME", such as local:reviewer.',
    'Approve it as another local person, with --as NAME, such as --as reviewer.',
  ],
  ['Send no token, or "Authorization: Bearer local:NAME", with', 'Send no token, or --as NAME, with'],
])('a person at a terminal reads the next step as a command: %s', (said, read) => {
  expect(inCommands(said)).toBe(read);
});

test('each command and option in a next step is one that the command line has', () => {
  const said = ['GET /deployments?service=shop&status=failed&limit=5', 'PUT /services/new?takeFrom=old'].map(
    inCommands,
  );
  for (const command of said) {
    const [, name = '', ...words] = command.split(' ');
    const options = words.filter((word) => word.startsWith('--')).map((word) => word.slice(2));
    expect(Object.keys(known.get(name)?.options ?? {})).toEqual(expect.arrayContaining(options));
  }
});

test.each([
  ['90s', 90_000],
  ['30m', 1_800_000],
  ['2h', 7_200_000],
])('%s is a length of time', (text, ms) => {
  expect(durationOption(text, { name: 'timeout' })).toBe(ms);
});

test.each(['', '30', 'm', '0m', '-1m', '1.5h', '30 m', '169h', '30M'])('%j is no length of time', (text) => {
  expect(() => durationOption(text, { name: 'timeout' })).toThrow('Write a whole number with its unit, such as 90s');
});
