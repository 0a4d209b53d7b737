/** What `slipway lint` takes. */
import { declare } from '../arguments/declaration.ts';

export const LINT = declare({
  name: 'lint',
  summary: 'Find what is wrong with a slipway.yml, without a connection',
  about: `Reads files as Slipway would and says each mistake with its line and column, the fact and the next step, and which field or word was probably meant. It needs no Slipway and no AWS. A warning is something that is allowed and probably not meant.`,
  arguments: [{ name: 'FILE', isOptional: true, summary: 'The file of a service. Left out: slipway.yml.' }],
  wants: 'Name each further file by an option: slipway lint -f slipway.yml -f other/slipway.yml',
  options: {
    file: {
      short: 'f',
      takes: 'FILE',
      isRepeatable: true,
      summary: 'The file of a service; - is standard input.',
    },
    format: {
      takes: 'FORMAT',
      default: 'text',
      summary: 'text; json; github, for a job of GitHub Actions; or sarif, for code scanning.',
    },
    strict: { summary: 'Takes each warning for an error.' },
  },
  examples: [
    'slipway lint -f slipway.yml',
    'slipway lint -f slipway.yml --strict --format github',
    'slipway lint -f slipway.yml --format sarif',
  ],
  notes: 'Exit codes: 0 no file has an error, 1 one has, or the command line is wrong.',
});
