/** What `slipway adopt` takes. */
import { declare } from '../arguments/declaration.ts';

export const ADOPT = declare({
  name: 'adopt',
  summary: 'Give a live function its alias, tag and alarms, after asking',
  about: `Puts a function that runs already under Slipway, with your own AWS credentials: publishes what is in $LATEST, makes the alias on it, sets the tag slipway:managed, and makes the alarms that slipway.yml describes. It prints what it will do and asks first. What is there is left as it is: no alias is moved and no alarm overwritten, so it can be run again.`,
  arguments: [],
  wants: 'Name the file of the service by an option: slipway adopt -f slipway.yml',
  options: {
    file: { short: 'f', takes: 'FILE', default: 'slipway.yml', summary: 'The file of the service.' },
    yes: { summary: 'Does not ask. Without a terminal and without --yes only the plan is printed.' },
    region: { takes: 'REGION', summary: 'Left out: that of your AWS configuration.' },
  },
  examples: ['slipway adopt -f slipway.yml', 'slipway adopt -f slipway.yml --yes --region eu-west-1'],
  notes: 'Exit codes: 0 nothing is missing, 1 something is, 2 the plan was printed and nothing was done.',
});
