/** `npm start`: runs the API and the rehearsal cloud on this machine until it is stopped. */
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { styleText } from 'node:util';
import { config } from '../../config.ts';
import { SlipwayError } from '../../domain/errors.ts';
import { judgeDoubts } from '../../domain/preflight/judge-doubts.ts';
import type { ServiceSpec } from '../../domain/service/service-spec.ts';
import { onAlias, onCluster } from '../../domain/service/target.ts';
import { type Embedded, type EmbeddedOrder, startEmbedded } from '../../embedded/embedded.ts';
import type { RehearsedService } from '../../embedded/rehearse-service.ts';
import { folderOf } from '../../embedded/rehearsed-source.ts';
import type { ValuesOf } from '../arguments/declaration.ts';
import { withArguments } from '../arguments/read-arguments.ts';
import { START } from '../declarations/start.ts';
import { readServiceFile } from '../files/service-file.ts';
import { firstScreen } from '../print/first-screen.ts';
import { timelineLine } from '../print/timeline-lines.ts';

/** The examples are part of Slipway, whatever the working folder. */
const EXAMPLES = ['checkout', 'orders'].map((name) =>
  fileURLToPath(new URL(`../../../examples/${name}/slipway.yml`, import.meta.url)),
);

export function start(args: readonly string[]): Promise<number> {
  return withArguments(START, { args, print: console.log, run: ({ values }) => startServer(values) });
}

async function startServer(values: ValuesOf<typeof START.options>): Promise<number> {
  const port = portOf(values.port);
  const kubectl = realCluster();
  const root = config.STARTED_IN;
  const files = [...EXAMPLES, ...(values.service ?? []).map((path) => resolve(root, path))];
  const services = files.map((path) => ({ spec: rehearsable(path, { kubectl }), folder: folderOf(path) }));
  const specs = services.map(({ spec }) => spec);
  console.log('\nSlipway starts. The first time in a folder it sets up its database, which takes a few seconds ...');
  const embedded = await startEmbedded({
    port,
    dataDir: resolve(root, values.data),
    root,
    kubectl,
    authorize: await authorizer(),
    log: () => {},
    tell: (service, text) => console.log(`${styleText('bold', service.padEnd(12))} ${styleText('yellow', text)}`),
    onFailure: (what, error) => console.error(`  ${what}: ${error instanceof Error ? error.message : String(error)}`),
  });
  await register(embedded, services);
  const isPlayed = ({ target, rehearsal }: ServiceSpec) =>
    rehearsal?.handler !== undefined && (onCluster(target) === null || kubectl === undefined);
  const names = specs.filter(isPlayed).map(({ name }) => name);
  console.log(
    firstScreen({
      port: embedded.port,
      dataDir: values.data,
      services: names,
      own: ownOf(specs.slice(EXAMPLES.length)),
      warnings: specs.flatMap(doubtsOf),
      kubeconfig: kubectl?.environment.KUBECONFIG,
    }),
  );
  follow(embedded);
  await stopSignal();
  console.log('\nStopping. State is kept; a rollout in flight is taken back at the next start.');
  await embedded.close();
  return 0;
}

/** A workload is deployed from an image; the first screen shows this for the example. */
function ownOf(specs: readonly ServiceSpec[]) {
  return specs.flatMap(({ name: service, target, rehearsal }) =>
    onAlias(target) !== null && rehearsal?.handler !== undefined ? [{ service, handler: rehearsal.handler }] : [],
  );
}

/** Known here are the traffic, and that no stable version has a history yet. */
function doubtsOf({ name: service, ...spec }: ServiceSpec) {
  const known = { requestsPerSecond: spec.rehearsal?.requestsPerSecond, historyMinutes: 0 };
  return judgeDoubts(spec, known).map((detail) => ({ service, detail }));
}

function portOf(text: string): number {
  const port = Number(text);
  if (Number.isInteger(port) && port >= 0 && port <= 65_535) return port;
  throw new SlipwayError('InvalidRequest', `--port ${text} is not a port. Give a whole number from 0 to 65535.`);
}

function rehearsable(path: string, { kubectl }: { readonly kubectl: EmbeddedOrder['kubectl'] }): ServiceSpec {
  const spec = readServiceFile(path);
  const isReal = onCluster(spec.target) !== null && kubectl !== undefined;
  if (isReal || spec.rehearsal?.handler !== undefined) return spec;
  throw new SlipwayError(
    'InvalidRequest',
    `${path} does not say which handler to run. Add to it:\nrehearsal: { handler: src/app.handler, event: http, requestsPerSecond: 20 }`,
  );
}

/**
 * With OIDC_ISSUERS in the environment, callers need tokens here too. Without it, every process that reaches this
 * machine's loopback has access.
 */
async function authorizer(): Promise<EmbeddedOrder['authorize']> {
  if (config.OIDC_ISSUERS === '') return undefined;
  return (await import('../../embedded/server/server-authorizer.ts')).serverAuthorizer();
}

/** With a KUBECONFIG in the environment, Kubernetes is not simulated. */
function realCluster(): EmbeddedOrder['kubectl'] {
  const environment = config.KUBECTL_ENVIRONMENT;
  if (environment.KUBECONFIG === undefined) return undefined;
  return { kubectl: config.KUBECTL, environment, manifestsRoot: config.MANIFESTS_ROOT };
}

/** A spec from a file replaces the stored spec of its service. An unchanged spec makes no new revision. */
async function register({ register }: Embedded, services: readonly RehearsedService[]): Promise<void> {
  await Promise.all(services.map((service) => register({ ...service, by: 'npm start' })));
}

/** Prints one line for each new entry of any timeline. */
function follow({ cloud }: Embedded): void {
  const startedAt = new Map<string, number>();
  let seen = cloud.delivered().length;
  setInterval(() => {
    for (const { channel, body, deploymentId, service } of cloud.delivered().slice(seen)) {
      seen += 1;
      if (channel !== 'event') continue;
      const { entry } = JSON.parse(body);
      const at = Date.parse(entry.at);
      if (!startedAt.has(deploymentId)) startedAt.set(deploymentId, at);
      console.log(
        `${styleText('bold', service.padEnd(12))} ${timelineLine({ ...entry, at }, startedAt.get(deploymentId) ?? at)}`,
      );
    }
  }, 200).unref();
}

function stopSignal(): Promise<void> {
  return new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => resolve());
  });
}
