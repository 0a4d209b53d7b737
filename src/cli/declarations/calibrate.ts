/** What `slipway calibrate` takes. */
import { declare } from '../arguments/declaration.ts';

export const CALIBRATE = declare({
  name: 'calibrate',
  summary: 'Propose weights, bakes and a judge that keep what you ask',
  about: `Proposes weights, bakes and a judge that keep what you ask, as YAML to paste into slipway.yml, and checks them by whole rollouts on a fresh seed; or says that nothing can keep it, and why. The service is a model: rehearsal.model in slipway.yml, or what CloudWatch recorded of it.`,
  arguments: [{ name: 'slipway.yml', summary: 'The file of the service' }],
  wants: 'Name one service file: slipway calibrate slipway.yml --detect 2x --false-rollback 1%',
  options: {
    'false-rollback': { takes: 'P%', default: '1%', summary: 'At most so many healthy versions are taken back.' },
    detect: {
      takes: 'Nx',
      isRepeatable: true,
      default: ['2x'],
      summary: 'The harm to catch: so many times the errors, or latency=1.5x.',
    },
    power: {
      takes: 'P%',
      default: '95%',
      summary: 'At least so many versions with that harm are taken back before they have all calls.',
    },
    within: {
      takes: 'TIME',
      summary: 'The longest that a whole rollout may take: 45m, 2h. Left out: nine tenths of the deadline.',
    },
    'start-at': { takes: 'P%', default: '50%', summary: 'The first weight is at most that.' },
    'from-metrics': { takes: 'FILE', summary: 'The model from what CloudWatch recorded: see slipway rehearse --help.' },
    seed: { takes: 'WORD', default: 'slipway', summary: 'The same seed gives the same bytes.' },
    runs: { takes: 'N', default: '2000', summary: 'Rollouts of each kind by which a proposal is measured.' },
    'check-runs': { takes: 'N', default: '1000', summary: 'Whole rollouts of each kind by which it is checked.' },
    workers: { takes: 'N', summary: 'Threads for the check. Left out: as many as processors.' },
    json: { summary: 'Everything as JSON.' },
  },
  examples: [
    'slipway calibrate slipway.yml --detect 2x --false-rollback 1%',
    'slipway calibrate slipway.yml --detect latency=1.5x --within 45m',
  ],
  notes: 'Exit codes: 0 a proposal that kept its promise in the check, 1 one that did not, 2 nothing can keep it.',
});
