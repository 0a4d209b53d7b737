/** What the commands take that read deployments. */
import { declare } from '../arguments/declaration.ts';
import { CONNECTION, exitNotes, QUICK_EXITS } from '../remote/connection-options.ts';

export const STATUS = declare({
  name: 'status',
  summary: 'Show what is live, and what is in flight',
  about:
    'Shows of each service, or of one: the version that is live and since when, the deployment in flight, and how the latest ended. With an id, shows that deployment. The exit code says how it, or the latest of the service, ended.',
  arguments: [{ name: 'ID|SERVICE', summary: 'A service, or a deployment', isOptional: true }],
  wants: 'Name one service or deployment, or none: slipway status SERVICE',
  options: CONNECTION,
  examples: ['slipway status', 'slipway status checkout'],
  notes: exitNotes('good', 'refused', 'rolledBack', 'failed', 'notReached'),
});

export const LIST = declare({
  name: 'list',
  summary: 'List deployments, newest first',
  about: 'Lists deployments, newest first.',
  arguments: [{ name: 'SERVICE', summary: 'Only of this service', isOptional: true }],
  wants: 'Name one service, or none: slipway list SERVICE',
  options: {
    status: { takes: 'STATUS', isRepeatable: true, summary: 'Only in this status, or inFlight.' },
    limit: { takes: 'N', default: '20', summary: 'At most so many, from 1 to 100.' },
    cursor: { takes: 'CURSOR', summary: 'Goes on after the page before.' },
    ...CONNECTION,
  },
  examples: ['slipway list', 'slipway list checkout --status inFlight'],
  notes: exitNotes(...QUICK_EXITS),
});

export const EXPLAIN = declare({
  name: 'explain',
  summary: 'Say why a deployment went as it did',
  about: 'Shows the verdicts of a deployment and their evidence: metrics with ratio and interval, and alarms.',
  arguments: [{ name: 'ID|SERVICE', summary: 'A deployment, or a service for its latest' }],
  wants: 'Name one deployment or service: slipway explain ID',
  options: { periods: { summary: 'Shows each period of the metrics too.' }, ...CONNECTION },
  examples: ['slipway explain checkout', 'slipway explain checkout --periods'],
  notes: exitNotes(...QUICK_EXITS),
});
