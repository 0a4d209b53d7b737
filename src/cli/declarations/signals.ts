/** What the commands take that steer a deployment in flight. */
import { declare } from '../arguments/declaration.ts';
import { CONNECTION, exitNotes } from '../remote/connection-options.ts';

const options = {
  reason: { takes: 'WHY', summary: 'Why. It stands in the timeline.' },
  step: { takes: 'N', summary: 'The step that you saw. Refused when the deployment has left it.' },
  ...CONNECTION,
} as const;

function signal<const N extends string>({ name, summary, about }: { name: N; summary: string; about: string }) {
  return declare({
    name,
    summary,
    about,
    arguments: [{ name: 'ID|SERVICE', summary: 'A deployment, or a service for its deployment in flight' }],
    wants: `Name one deployment or service: slipway ${name} ID --reason WHY`,
    options,
    examples: [`slipway ${name} checkout --reason checked`],
    notes: exitNotes('good', 'refused', 'notReached', 'conflict'),
  });
}

export const SIGNALS = {
  promote: signal({
    name: 'promote',
    summary: 'Put all traffic on the new version now',
    about: 'Leaves out the steps that are left, and puts all traffic on the new version.',
  }),
  pause: signal({
    name: 'pause',
    summary: 'Stay at the present weight',
    about: 'Stays at the present weight until it is resumed. Alarms still roll it back.',
  }),
  resume: signal({ name: 'resume', summary: 'Go on after a pause', about: 'Goes on after a pause or a hold.' }),
  skip: signal({
    name: 'skip',
    summary: 'Leave out the bake or judgement in progress',
    about: 'Leaves out the bake or the judgement in progress.',
  }),
  abort: signal({
    name: 'abort',
    summary: 'Stop a deployment and roll it back',
    about: 'Stops a deployment, and puts all traffic back on the version before.',
  }),
  approve: signal({
    name: 'approve',
    summary: 'Approve a deployment that waits for it',
    about:
      'Approves a deployment that waits for it. Nobody approves a deployment of their own. With slipway start, --as NAME says who you are.',
  }),
} as const;
