/** What `slipway apply` takes. */
import { declare } from '../arguments/declaration.ts';
import { CONNECTION, exitNotes, QUICK_EXITS } from '../remote/connection-options.ts';

export const APPLY = declare({
  name: 'apply',
  summary: 'Register a service from its slipway.yml, or change it',
  about: `Lints the files, shows field by field what changes, and asks before it registers them. A file that changes nothing makes no new revision. Then it checks what a deployment of each service needs. Deployments in flight keep the spec with which they began.`,
  arguments: [{ name: 'FILE', isOptional: true, summary: 'The file of a service. Left out: slipway.yml.' }],
  wants: 'Name each further file by an option: slipway apply -f slipway.yml -f other/slipway.yml',
  options: {
    file: { short: 'f', takes: 'FILE', isRepeatable: true, summary: 'The file of a service; - is standard input.' },
    yes: { summary: 'Does not ask. Without a terminal and without --yes it only says what would change.' },
    'dry-run': { summary: 'Only says what would change.' },
    'take-from': { takes: 'SERVICE', summary: 'The service that has the target now; it is removed.' },
    ...CONNECTION,
  },
  examples: ['slipway apply -f slipway.yml', 'slipway apply -f slipway.yml --yes', 'slipway apply --dry-run --json'],
  notes: exitNotes(...QUICK_EXITS, 'conflict'),
});
