import { judgePreflight } from '../../src/domain/preflight.ts';
import { tagFindings } from '../../src/domain/preflight-tags.ts';
import { aSpec } from './a-deployment.ts';
import { good } from './a-preflight.ts';

const UNSEEN = { live: null, stableVersion: null, wanted: null };

test('a function without the tag is an error with the command that sets it, and nothing else of it is said', () => {
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

test('what IAM refuses is an error in its own words, and the target is not said to be missing', () => {
  expect(judgePreflight({ ...good, ...UNSEEN, denied: ['Could not read the alias.'] })).toEqual([
    { severity: 'error', check: 'mayBeRead', subject: 'checkout:live', detail: 'Could not read the alias.' },
  ]);
});

test('alarms that may not be read are an error, a warning for a hotfix, and are not said to be missing', () => {
  const unread = { ...good, alarms: [], alarmsDenied: 'Could not read alarms.' };
  expect(judgePreflight(unread)).toMatchObject([{ severity: 'error', check: 'mayBeRead' }]);
  expect(judgePreflight({ ...unread, hotfix: true })).toMatchObject([{ severity: 'warning', check: 'mayBeRead' }]);
});

test('a workload on a cluster has no tag', () => {
  const { target } = { target: { kind: 'kubernetes' } } as never;
  expect(tagFindings({ spec: { ...aSpec(), target }, isTagged: false })).toEqual([]);
});
