/** The schema of a Kubernetes target: where the workload is, how calls are split, and where its manifests come from. */
import * as z from 'zod/mini';
import { OBJECT_ROUTES, POD_ROUTES } from '../../domain/service/service-spec.ts';
import {
  FolderForm,
  KubernetesTargetForm,
  ObjectRouteForm,
  OwnMetricsForm,
  PodRouteForm,
  RenderedForm,
  TargetGroupsForm,
} from '../../spec/kubernetes-target.ts';
import { written } from '../../spec/written.ts';
import { kindOf, says, shown } from '../fields/messages.ts';
import { wholeNumber } from '../fields/whole-number.ts';
import { duration } from './strategy.ts';

/**
 * The names of the workload's pods, second Deployment and second Service begin with this name, and their length is
 * limited too.
 */
const NAME_MAX = 50;

function dnsLabel({ noun, max = 63 }: { noun: string; max?: number }) {
  const error = says(
    (value) =>
      `The ${noun} is ${value}; write 1 to ${max} of a-z, 0-9 and -, that begin and end with a letter or a digit.`,
  );
  return z.string(error).check(z.maxLength(max, error), z.regex(/^[a-z0-9]([a-z0-9-]*[a-z0-9])?$/, error));
}

const clusterError = says(
  (value) => `The cluster is ${value}; write the name of an EKS cluster, 1 to 100 of letters, digits, - and _.`,
);

const ROUTES = [...POD_ROUTES, ...OBJECT_ROUTES];
const PodRoute = written(PodRouteForm, {}).check(
  z.describe('Needs no router. rolling and blueGreen give the new version all calls or none.'),
);
const ObjectRoute = written(ObjectRouteForm, {
  name: dnsLabel({ noun: 'route' }).check(z.describe('Name of the HTTPRoute or Ingress, in the same namespace.')),
}).check(z.describe('Slipway sets the weights of an HTTPRoute, or of an Ingress of the AWS Load Balancer Controller.'));
const Route = z
  .discriminatedUnion('kind', [PodRoute, ObjectRoute], {
    error: ({ input }) => `The kind of route is ${shown(kindOf(input))}; write one of ${ROUTES.join(', ')}.`,
  })
  .check(
    z.describe(
      'How calls are split: pods replaced one by one (rolling), canary pods behind one Service (replicas), a switch of the Service (blueGreen), or the weights of a named HTTPRoute or ALB Ingress.',
    ),
  );

const valueError = says(
  (value) =>
    `The value is ${value}; write a text of at most 2000 characters. What is secret belongs into a Secret, named under secrets.`,
);
/**
 * The first order to a cluster carries the environment and the names of the Secrets in an environment variable of
 * CodeBuild. CodeBuild allows 5,500 characters for all variables together.
 */
const ENVIRONMENT_MAX = 3_000;
const SECRETS_MAX = 1_000;
const VARIABLE = /^[A-Za-z_][A-Za-z0-9_]{0,99}$/;
const Environment = z.record(z.string(), z.string(valueError).check(z.maxLength(2_000, valueError))).check(
  z.check(({ value, issues }) => {
    for (const name of Object.keys(value)) {
      if (VARIABLE.test(name)) continue;
      const message = `The variable is called ${shown(name)}; write 1 to 100 of letters, digits and _, the first no digit.`;
      issues.push({ code: 'custom', path: [name], input: name, message });
    }
  }),
  z.refine((environment) => JSON.stringify(environment).length <= ENVIRONMENT_MAX, {
    error: `The environment has more than ${ENVIRONMENT_MAX} characters. Put large values into a ConfigMap of your own manifests.`,
  }),
  z.describe(
    `Variables that everybody may read. They are versioned, and go back, with the image. At most ${ENVIRONMENT_MAX} characters in all.`,
  ),
);

const secretError = says((value) => `The Secret is ${value}; write its name, 1 to 253 of a-z, 0-9, - and dots.`);
const SecretName = z
  .string(secretError)
  .check(z.maxLength(253, secretError), z.regex(/^[a-z0-9]([a-z0-9.-]*[a-z0-9])?$/, secretError));

const Rendered = written(RenderedForm, {
  port: wholeNumber({ noun: 'port', min: 1_024, max: 65_535 }).check(
    z.describe('The port on which the container answers, also /health and /ready.'),
  ),
  replicas: z
    ._default(wholeNumber({ noun: 'number of replicas', min: 1, max: 500 }), 3)
    .check(z.describe('How many pods the workload has.')),
  environment: z._default(Environment, {}),
  secrets: z
    ._default(
      z.array(SecretName).check(
        z.maxLength(20),
        z.refine((names) => JSON.stringify(names).length <= SECRETS_MAX, {
          error: `The names of the Secrets have more than ${SECRETS_MAX} characters in all. Give them shorter names, or put several into one.`,
        }),
      ),
      [],
    )
    .check(
      z.describe(
        `Secrets of the namespace, whose keys become environment variables. Slipway never reads them. At most ${SECRETS_MAX} characters in all.`,
      ),
    ),
}).check(z.describe('Slipway renders hardened manifests from these fields.'));

const folderError = says(
  (value) => `The folder is ${value}; write a path such as deploy/overlays/prod, relative and without "..".`,
);
const Folder = written(FolderForm, {
  folder: z
    .string(folderError)
    .check(
      z.maxLength(200, folderError),
      z.regex(/^(?!\/)(?!.*(^|\/)\.\.(\/|$))[A-Za-z0-9._/-]+$/, folderError),
      z.describe(
        'A path, relative and without "..". Slipway deploys the Deployment that is named like the workload, with what belongs to it.',
      ),
    ),
  container: z
    .optional(dnsLabel({ noun: 'container' }))
    .check(
      z.describe(
        'Name of the container whose image changes. Left out, it is the only one, or the one named app or like the workload, or the one whose image is of the same repository.',
      ),
    ),
}).check(z.describe('Your own manifests.'));

function balancerPart({ noun, example, format }: { noun: string; example: string; format: RegExp }) {
  const error = says((value) => `The ${noun} is ${value}; write the last part of its ARN, such as ${example}.`);
  return z.string(error).check(z.regex(format, error));
}
function targetGroup(noun: string) {
  const example = 'targetgroup/orders/0123456789abcdef';
  return balancerPart({ noun, example, format: /^targetgroup\/[A-Za-z0-9-]{1,32}\/[0-9a-f]{16}$/ });
}
const loadBalancer = balancerPart({
  noun: 'load balancer',
  example: 'app/shop/0123456789abcdef',
  format: /^app\/[A-Za-z0-9-]{1,32}\/[0-9a-f]{16}$/,
});
const TargetGroups = written(TargetGroupsForm, {
  loadBalancer: loadBalancer.check(z.describe('The last part of its ARN.')),
  stable: targetGroup('target group of stable').check(
    z.describe('The last part of the ARN of the target group of the Service <workload>, from which stable answers.'),
  ),
  canary: targetGroup('target group of the canary').check(
    z.describe(
      'The last part of the ARN of the target group of the Service <workload>-canary. It is not that of stable.',
    ),
  ),
}).check(
  z.refine(({ stable, canary }) => stable !== canary, {
    path: ['canary'],
    error:
      'Stable and the canary have the same target group, so neither could be told from the other. Write that of <workload>-canary.',
  }),
  z.describe('The load balancer of the route albIngress measures both versions, by the minute.'),
);

const OwnMetrics = written(OwnMetricsForm, {}).check(z.describe('The pods write their own metrics.'));
const MetricsFrom = z
  .discriminatedUnion('kind', [OwnMetrics, TargetGroups], {
    error: ({ input }) =>
      `The kind of metrics is ${shown(kindOf(input))}; write "slipway" for those that the pods write, or "targetGroups".`,
  })
  .check(
    z.describe(
      'Who measures both versions: the pods, into the namespace Slipway (slipway, which is the default), or the load balancer of an albIngress (targetGroups).',
    ),
  );

export const KubernetesTargetSchema = written(KubernetesTargetForm, {
  cluster: z
    .string(clusterError)
    .check(z.regex(/^[A-Za-z0-9][A-Za-z0-9_-]{0,99}$/, clusterError), z.describe('Name of the EKS cluster.')),
  namespace: dnsLabel({ noun: 'namespace' }).check(z.describe('Namespace of the workload.')),
  workload: dnsLabel({ noun: 'workload', max: NAME_MAX }).check(
    z.describe('Name of the Deployment, and of the Service in front of it.'),
  ),
  route: z._default(Route, { kind: 'replicas' }),
  manifests: z
    .union(
      [Rendered, Folder],
      says(
        (value) =>
          `The manifests are ${value}; write {"port": 8080, ...} to have them rendered, or {"folder": "deploy/overlays/prod"} for your own.`,
      ),
    )
    .check(
      z.describe(
        'What Slipway renders hardened manifests from; or a folder of your own, with or without a kustomization.',
      ),
    ),
  readyWithin: z
    ._default(duration({ noun: 'time to get ready', maxHours: 1 / 6 }), { minutes: 5 })
    .check(z.describe('How long new pods may take to become ready. A version whose pods are not by then goes back.')),
  metricsFrom: z.optional(MetricsFrom),
}).check(z.describe('A workload on a Kubernetes cluster.'));
