import type { CallersFact, CallPeriod, Trigger } from '../../src/domain/lambda/callers.ts';
import { callerFindings } from '../../src/domain/preflight/preflight-callers.ts';

export const target = { kind: 'lambda', function: 'checkout', alias: 'live' } as const;

const HERE = 'eu-west-1:111122223333';
export const permission = (from: string, source: string | null, calledAs = '$LATEST'): Trigger => ({
  kind: 'permission',
  calledAs,
  from: from.includes('.') || from === '*' || /^\d/.test(from) ? from : `${from}.amazonaws.com`,
  source,
  id: 'sid-1',
});
export const api = (calledAs?: string, route = '*/*') =>
  permission('apigateway', `arn:aws:execute-api:${HERE}:a1b2c3/${route}`, calledAs);
export const rule = (calledAs?: string) => permission('events', `arn:aws:events:${HERE}:rule/nightly`, calledAs);
export const queue = (calledAs = '$LATEST', isOff = false): Trigger => ({
  kind: 'mapping',
  calledAs,
  from: 'sqs',
  source: `arn:aws:sqs:${HERE}:jobs`,
  id: 'uuid-1',
  isOff,
});
export const url = (calledAs = '$LATEST'): Trigger => ({
  kind: 'url',
  calledAs,
  from: 'url',
  source: 'https://abc.lambda-url.eu-west-1.on.aws/',
  id: 'NONE',
});

/** One period with this number of calls of the function itself, and the number of calls by each name. */
export const period = (direct: number, named: Readonly<Record<string, number>> = {}, startsAt = 0): CallPeriod => ({
  startsAt,
  total: direct + Object.values(named).reduce((sum, count) => sum + count, 0),
  named,
});

export const findingsFor = (fact: Partial<CallersFact>, change: { siblings?: string[]; hotfix?: boolean } = {}) =>
  callerFindings({
    target,
    callers: { triggers: [], calls: [], unread: [], ...fact },
    siblings: [],
    hotfix: false,
    ...change,
  });
