/** What the commands take that are about the register of services. */
import { declare } from '../arguments/declaration.ts';
import { CONNECTION, exitNotes, QUICK_EXITS } from '../remote/connection-options.ts';

const SERVICE = { name: 'SERVICE', summary: 'The name of the service' } as const;

export const SERVICES = declare({
  name: 'services',
  summary: 'List the services, or show one',
  about: 'Lists the services, or shows the whole spec of one.',
  arguments: [{ ...SERVICE, isOptional: true }],
  wants: 'Name one service, or none: slipway services SERVICE',
  options: CONNECTION,
  examples: ['slipway services', 'slipway services checkout'],
  notes: exitNotes(...QUICK_EXITS),
});

export const CHECK = declare({
  name: 'check',
  summary: 'Check what a deployment of a service needs',
  about: 'Checks what a deployment needs: the target, its alias, the alarms. An error ends with exit code 1.',
  arguments: [SERVICE],
  wants: 'Name one service: slipway check SERVICE',
  options: CONNECTION,
  examples: ['slipway check checkout'],
  notes: exitNotes(...QUICK_EXITS),
});

export const REMOVE = declare({
  name: 'remove',
  summary: 'Take a service off the register',
  about: 'Takes a service off the register. What runs stays as it is, and so do the records of its deployments.',
  arguments: [SERVICE],
  wants: 'Name one service: slipway remove SERVICE --yes',
  options: { yes: { summary: 'Does it. Without this option, the command only says what it would do.' }, ...CONNECTION },
  examples: ['slipway remove checkout --yes'],
  notes: exitNotes(...QUICK_EXITS, 'conflict'),
});

export const RELEASE = declare({
  name: 'release',
  summary: 'End the quarantine of a revision',
  about: 'Lets revisions of a service into the stage Deploy again, after one was quarantined.',
  arguments: [SERVICE],
  wants: 'Name one service: slipway release SERVICE --reason WHY',
  options: { reason: { takes: 'WHY', summary: 'Why. It stands in the timeline.' }, ...CONNECTION },
  examples: ['slipway release checkout --reason mended'],
  notes: exitNotes(...QUICK_EXITS, 'conflict'),
});
