/** What `slipway start` takes. */
import { declare } from '../arguments/declaration.ts';

export const START = declare({
  name: 'start',
  summary: 'Run Slipway and a rehearsal cloud on this machine',
  about: `Runs the API and a rehearsal cloud on this machine until it is stopped, with two example services under traffic. With KUBECONFIG in the environment, services on Kubernetes go to that cluster by kubectl. With OIDC_ISSUERS, callers need tokens.`,
  arguments: [],
  options: {
    port: { takes: 'N', default: '4000', summary: 'Where the API listens. 0 takes a free port.' },
    data: { takes: 'FOLDER', default: '.slipway', summary: 'Where the state is kept.' },
    'host-name': {
      takes: 'NAME',
      isRepeatable: true,
      summary: 'A name besides localhost under which requests may reach the API.',
    },
    service: { takes: 'slipway.yml', isRepeatable: true, summary: 'A service of your own, whose handler is run.' },
  },
  examples: ['slipway start', 'slipway start --service ./slipway.yml --port 4100'],
});
