/** The first output of `npm start`: what runs, and what to try next, ready to copy. */
import { styleText } from 'node:util';

export interface FirstScreen {
  readonly port: number;
  readonly dataDir: string;
  readonly services: readonly string[];
  /** The services that were named on the command line, each with the handler of its code. */
  readonly own?: readonly { readonly service: string; readonly handler: string }[] | undefined;
  /** Why the judge of a service may decide nothing, with the service. */
  readonly warnings?: readonly { readonly service: string; readonly detail: string }[] | undefined;
  /** Undefined when Kubernetes is simulated. */
  readonly kubeconfig?: string | undefined;
}

export function firstScreen({ port, dataDir, services, own = [], warnings = [], kubeconfig }: FirstScreen): string {
  const url = `http://localhost:${port}`;
  const bold = (text: string) => styleText('bold', text);
  const deployOf = (service: string, key: string) =>
    `  curl -s -X POST ${url}/deploy -H 'content-type: application/json' \\\n    -d '{"service": "${service}", "artifact": {"s3": {"bucket": "local", "key": "${key}"}}}'`;
  const deploy = (key: string) => deployOf('checkout', `examples/checkout/${key}`);
  const image = (file: string) =>
    `  curl -s -X POST ${url}/deploy -H 'content-type: application/json' \\\n    -d '{"service": "orders", "artifact": {"image": "local/examples/orders/${file}:2"}}'`;
  return [
    '',
    `${bold('Slipway')} on ${bold(url)}   docs: ${url}/docs`,
    kubeconfig === undefined
      ? 'Kubernetes is simulated. Set KUBECONFIG, and its services go to that cluster, by real kubectl.'
      : bold(`Kubernetes is REAL: services on it go to the cluster of KUBECONFIG=${kubeconfig}, by kubectl.`),
    ...(kubeconfig === undefined
      ? []
      : [
          'orders is registered and not deployed there: it wants a namespace shop, and an image that answers /health and /ready on 8080.',
        ]),
    `A rehearsal cloud stands in for AWS. Under traffic: ${services.join(', ')}. State: ${dataDir}/ (notices: ${dataDir}/notices.jsonl)`,
    '',
    ...warnings.flatMap(({ service, detail }) => [`${styleText('yellow', `! ${service}`)}: ${detail}`, '']),
    ...own.flatMap(({ service, handler }) => [
      `${bold(service)} is your own. Change its code, save it, and deploy what is there now:`,
      deployOf(service, handler),
      '',
    ]),
    `${bold('Try next')}, in another terminal. A version that is good goes live in about three minutes:`,
    deploy('good-new.mjs'),
    '',
    'One that fails 30 % of its calls is taken back by its alarm, with nobody there:',
    deploy('failing.mjs'),
    '',
    'One that is slow, which no alarm sees, is taken back by the judge: slow.mjs in its place. In the first two minutes the judge',
    'does not know checkout, and takes two minutes or more; later it need not wait.',
    '',
    ...(kubeconfig === undefined
      ? [
          'The same on Kubernetes, for the service orders; an image of the registry local is a file here:',
          image('failing.mjs'),
          '',
        ]
      : []),
    'A step approve needs a second person. You are local; whoever approves sends a name of their own:',
    `  curl -s -X POST ${url}/deployments/ID/approve -H 'authorization: Bearer local:reviewer' \\\n    -H 'content-type: application/json' -d '{"reason": "looks good"}'`,
    '',
    'What happened, and why:',
    `  curl -s '${url}/deployments?service=checkout'`,
    `  curl -s ${url}/deployments/ID/explain`,
    '',
    'Your own handler: npm start -- --service ./slipway.yml, or step by step in docs/tutorials/first-rollout.md.',
    'The alarm has its first data ten seconds from now; until then a deployment is refused. Ctrl-C stops.',
    '',
  ].join('\n');
}
