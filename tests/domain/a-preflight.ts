import type { WatchedMetric } from '../../src/domain/alarms/alarm-match.ts';
import type { AlarmReading } from '../../src/domain/alarms/alarm-reading.ts';
import type { VersionFact } from '../../src/domain/lambda/version-fact.ts';
import type { PreflightFacts } from '../../src/domain/preflight/preflight.ts';
import { aSpec, OPENED_AT } from './a-deployment.ts';

export const ROLE = 'arn:aws:iam::111122223333:role/checkout';
export const version = (name: string, change: Partial<VersionFact> = {}): VersionFact => ({
  version: name,
  roleArn: ROLE,
  deadLetterArn: null,
  state: 'Active',
  stateReason: null,
  fingerprint: null,
  ...change,
});
export const quiet: AlarmReading = { name: 'checkout-errors', state: 'OK', metric: null, changedAt: OPENED_AT };
export const live = { stable: '41', canary: null, canaryPercent: 0, provisionedConcurrency: 0 };
export const good: PreflightFacts = {
  spec: aSpec(),
  live,
  stableVersion: version('41'),
  wanted: version('42'),
  wantedName: '42',
  alarms: [quiet],
  hotfix: false,
  isFirst: false,
};
export const own = {
  deploymentId: 'dep-1',
  stable: '41',
  canary: '42',
  atPercent: 10,
  nextStep: 'Wait for it, or abort it.',
};
export const metric = (dimensions: Record<string, string>, namespace = 'AWS/Lambda'): AlarmReading => ({
  ...quiet,
  metric: { namespace, dimensions },
});
export const ofCheckout: WatchedMetric = { namespace: 'AWS/Lambda', dimensions: { FunctionName: 'checkout' } };
export const math = (...metrics: WatchedMetric[]): AlarmReading => ({ ...quiet, watched: { metrics, queries: [] } });
export const query = (text: string): AlarmReading => ({ ...quiet, watched: { metrics: [], queries: [text] } });
export const error = (check: string, detail: RegExp) => ({
  severity: 'error',
  check,
  detail: expect.stringMatching(detail),
});
