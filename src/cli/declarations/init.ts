/** What `slipway init` takes. */
import { declare } from '../arguments/declaration.ts';

export const INIT = declare({
  name: 'init',
  summary: 'Write slipway.yml for a service that runs already',
  about: `Reads what your tool wrote, and writes slipway.yml for one function or Deployment. It says what is there already of what Slipway needs and what is missing, with the lines to add to your tool's own code. It changes nothing in AWS or a cluster.

Reads: .serverless or another folder of serverless package; template.yaml of SAM, before or after its transform; cdk.out; the output of terraform show -json (state or plan), of kustomize build and of helm template.`,
  arguments: [{ name: 'PATH', isOptional: true, summary: 'The file or folder that is read. Left out: this folder.' }],
  wants: 'Name one file or folder: slipway init FILE',
  options: {
    function: { takes: 'NAME', summary: 'The function or Deployment, where there are several.' },
    'function-name': {
      takes: 'NAME',
      summary: "The function's name in AWS, where CloudFormation chooses it.",
    },
    alias: { takes: 'NAME', summary: 'The alias that is called. Left out: live, or the one that is there.' },
    service: { takes: 'NAME', summary: "The name of the service in Slipway. Left out: made from the function's." },
    cluster: { takes: 'NAME', summary: 'The EKS cluster of a Deployment.' },
    namespace: { takes: 'NAME', summary: 'Its namespace, where the manifests name none.' },
    out: {
      takes: 'FILE',
      default: 'slipway.yml',
      summary: 'Where the spec goes. A file that is there is never overwritten.',
    },
    'write-snippet': {
      takes: 'FILE',
      summary: 'Writes the lines for your tool into a new file, and not only to the screen.',
    },
    check: { summary: 'Writes nothing. Exit code 1 while something is missing.' },
    live: { summary: "Reads the function in AWS and not a tool's output." },
    region: { takes: 'REGION', summary: 'With --live. Left out: that of your AWS configuration.' },
  },
  examples: [
    'slipway init',
    'slipway init cdk.out --function Checkout',
    'slipway init --live --function checkout --region eu-west-1',
    'slipway init --check',
  ],
});
