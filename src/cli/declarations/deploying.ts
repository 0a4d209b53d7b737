/** What the commands take that start something and wait for its end: deploy, rollback, retry and run. */
import { PRESETS } from '../../domain/service/strategy.ts';
import { declare } from '../arguments/declaration.ts';
import { CONNECTION, exitNotes, WAITING_EXITS } from '../remote/connection-options.ts';

const SERVICE = { name: 'SERVICE', summary: 'The name of the service' } as const;
const WAITING = {
  detach: { summary: 'Does not wait. Prints the id and the link.' },
  timeout: { takes: '30m', summary: 'Waits no longer, 90s, 30m or 2h. The deployment goes on.' },
  until: { takes: 'approval', choices: ['approval'], summary: 'Ends the wait when a person must approve.' },
} as const;
const REASON = { takes: 'WHY', summary: 'Why. It stands in the timeline.' } as const;

export const DEPLOY = declare({
  name: 'deploy',
  summary: 'Deploy a version of a service, and wait for its end',
  about:
    'Deploys a version of a service in the steps of its strategy, and follows it to its end. The exit code says how it ended. Ctrl-C ends the wait alone.',
  arguments: [SERVICE],
  wants: 'Name one service: slipway deploy SERVICE --version 42',
  options: {
    version: { takes: 'VERSION', summary: 'A published version, its ARN, or latest: what is in $LATEST.' },
    image: { takes: 'IMAGE', summary: 'An image by its tag or digest.' },
    s3: { takes: 'BUCKET/KEY', summary: 'Code in a bucket.' },
    file: { takes: 'src/app.handler', summary: 'Code on this machine, with slipway start.' },
    revision: { takes: 'COMMIT', summary: 'A commit, which the pipeline builds and delivers.' },
    commit: { takes: 'COMMIT', summary: 'The commit that the version was built from.' },
    reason: REASON,
    strategy: { takes: 'PRESET', choices: PRESETS, summary: `For this deployment alone: ${PRESETS.join(', ')}.` },
    'dry-run': { summary: 'Only checks, and says what would be done.' },
    supersede: { summary: 'Takes the place of a deployment in flight.' },
    hotfix: { summary: 'Deploys although an alarm is red.' },
    ...WAITING,
    ...CONNECTION,
  },
  examples: [
    'slipway deploy checkout --version 42',
    'slipway deploy checkout --file src/app.handler --reason mended',
    'slipway deploy orders --image registry.example/orders:7 --detach',
  ],
  notes: exitNotes(...WAITING_EXITS, 'awaitsApproval'),
});

export const ROLLBACK = declare({
  name: 'rollback',
  summary: 'Put a service back on the version before, and wait for it',
  about:
    'Puts a service back on the version before, or on an earlier one. It ends a rollout in flight. Neither a freeze nor another deployment stops it.',
  arguments: [SERVICE],
  wants: 'Name one service: slipway rollback SERVICE --reason WHY',
  options: {
    to: { takes: 'ID|VERSION', summary: 'A deployment or a version. Left out: the version before.' },
    reason: REASON,
    detach: WAITING.detach,
    timeout: WAITING.timeout,
    ...CONNECTION,
  },
  examples: ['slipway rollback checkout --reason errors', 'slipway rollback checkout --to 41 --reason errors'],
  notes: exitNotes('good', 'refused', 'failed', 'timeout', 'notReached', 'conflict', 'left'),
});

export const RETRY = declare({
  name: 'retry',
  summary: 'Deploy the same once more, and wait for its end',
  about: 'Deploys the same once more, after a deployment that ended without being promoted.',
  arguments: [{ name: 'ID|SERVICE', summary: 'A deployment, or a service for its latest' }],
  wants: 'Name one deployment or service: slipway retry ID --reason WHY',
  options: { reason: REASON, ...WAITING, ...CONNECTION },
  examples: ['slipway retry checkout --reason mended'],
  notes: exitNotes(...WAITING_EXITS, 'awaitsApproval'),
});

export const RUN = declare({
  name: 'run',
  summary: 'Show a run of the pipeline',
  about: 'Shows a run of the pipeline: its stages, its deployment and its timeline.',
  arguments: [{ name: 'ID', summary: 'The id of the run' }],
  wants: 'Name one run: slipway run ID',
  options: CONNECTION,
  examples: ['slipway run 0f1c7a3e-0000-4000-8000-000000000000'],
  notes: exitNotes('good', 'refused', 'failed', 'superseded', 'notReached', 'frozen'),
});
