import { isDenied, SlipwayError } from '../../src/domain/errors.ts';
import { isManaged } from '../../src/domain/lambda/owner-tag.ts';
import { judgePreflight } from '../../src/domain/preflight/preflight.ts';
import { tagFindings } from '../../src/domain/preflight/preflight-tags.ts';
import { aSpec } from './a-deployment.ts';
import { good, live as unlooked } from './a-preflight.ts';

const UNSEEN = { live: null, stableVersion: null, wanted: null };

test('a function without the tag is an error with the command that sets it, and its only finding', () => {
  expect(judgePreflight({ ...good, ...UNSEEN, isTagged: false })).toEqual([
    {
      severity: 'error',
      check: 'targetTagged',
      subject: 'checkout:live',
      detail: expect.stringMatching(
        /aws lambda tag-resource --resource "\$\(aws lambda get-function-configuration --function-name checkout .*\)" --tags slipway:managed=true;/,
      ),
    },
  ]);
});

test('a hook without the tag is an error of its own', () => {
  expect(tagFindings({ spec: aSpec(), untaggedHooks: ['smoke'] })).toMatchObject([
    {
      severity: 'error',
      check: 'hookIsTagged',
      subject: 'smoke',
      detail: expect.stringContaining('call it as a hook'),
    },
  ]);
});

test('a refusal of IAM is an error in its own words, and the target is not reported as missing', () => {
  expect(judgePreflight({ ...good, ...UNSEEN, denied: ['Could not read the alias.'] })).toEqual([
    { severity: 'error', check: 'mayBeRead', subject: 'checkout:live', detail: 'Could not read the alias.' },
  ]);
});

test('alarms that may not be read are an error, a warning for a hotfix, and are not reported as missing', () => {
  const unread = { ...good, alarms: [], alarmsDenied: 'Could not read alarms.' };
  expect(judgePreflight(unread)).toMatchObject([{ severity: 'error', check: 'mayBeRead' }]);
  expect(judgePreflight({ ...unread, hotfix: true })).toMatchObject([{ severity: 'warning', check: 'mayBeRead' }]);
});

test.each([
  ['basket', 1],
  ['checkout basket', 0],
  [null, 0],
])('a function whose tag of services is %j has %d findings for checkout', (ownerTag, count) => {
  expect(tagFindings({ spec: aSpec(), ownerTag })).toHaveLength(count);
});

test('a function is managed by Slipway when the tag has its one value', () => {
  expect([{ 'slipway:managed': 'true' }, { 'slipway:managed': 'True' }, {}].map(isManaged)).toEqual([
    true,
    false,
    false,
  ]);
});

test('a refusal of IAM is told from other failures by its details', () => {
  const failure = (details: object) => new SlipwayError('Broken', 'no', { details: { ...details } });
  expect([failure({ denied: true }), failure({}), new Error('no')].map(isDenied)).toEqual([true, false, false]);
});

test('the callers of a function are judged when Slipway could read them', () => {
  const callers = { triggers: [], calls: [], unread: ['Could not count the calls.'] };
  expect(judgePreflight({ ...good, callers })).toMatchObject([{ check: 'triggersUseAlias', severity: 'warning' }]);
});

test('an alias on the unpublished code is reported for that, and not for the actor that put it there', () => {
  const live = { ...unlooked, stable: '$LATEST' };
  const settled = { deploymentId: 'dep-1', versions: [{ version: '42', fingerprint: null }] };
  expect(judgePreflight({ ...good, live, settled }).map(({ check }) => check)).not.toContain('liveIsOurs');
});

test('a workload on a cluster has no tag', () => {
  const { target } = { target: { kind: 'kubernetes' } } as never;
  expect(tagFindings({ spec: { ...aSpec(), target }, isTagged: false })).toEqual([]);
});
