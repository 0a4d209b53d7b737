/** `npm start`: runs the API and the rehearsal cloud on this machine until it is stopped. */
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { styleText } from 'node:util';
import { visibleText } from '../../api/fields/visible-text.ts';
import { config } from '../../config.ts';
import type { OutboxMessage } from '../../domain/deployment/timeline.ts';
import { SlipwayError } from '../../domain/errors.ts';
import { judgeDoubts } from '../../domain/preflight/judge-doubts.ts';
import type { ServiceSpec } from '../../domain/service/service-spec.ts';
import { onAlias, onCluster } from '../../domain/service/target.ts';
import { neverUnhealthy } from '../../domain/verdict/most-harm.ts';
import { type EmbeddedOrder, startEmbedded } from '../../embedded/embedded.ts';
import { folderOf } from '../../embedded/rehearsed-source.ts';
import type { ValuesOf } from '../arguments/declaration.ts';
import { withArguments } from '../arguments/read-arguments.ts';
import { START } from '../declarations/start.ts';
import { readServiceFile } from '../files/service-file.ts';
import { firstScreen } from '../print/first-screen.ts';
import { timelineLine } from '../print/timeline-lines.ts';
import { farewell, stopSignal } from './start-stop.ts';

/** The examples are part of Slipway, whatever the working folder. */
const EXAMPLES = ['checkout', 'orders'].map((name) =>
  fileURLToPath(new URL(`../../../examples/${name}/slipway.yml`, import.meta.url)),
);

export function start(args: readonly string[]): Promise<number> {
  return withArguments(START, { args, print: console.log, run: ({ values }) => startServer(values) });
}

async function startServer(values: ValuesOf<typeof START.options>): Promise<number> {
  const stop = stopSignal();
  const kubectl = realCluster();
  const root = config.STARTED_IN;
  const files = [...EXAMPLES, ...(values.service ?? []).map((path) => resolve(root, path))];
  const services = files.map((path) => ({ spec: rehearsable(path, { kubectl }), folder: folderOf(path) }));
  const specs = services.map(({ spec }) => spec);
  const order = { port: portOf(values.port), dataDir: resolve(root, values.data), root, kubectl, services };
  console.log('\nSlipway starts. The first time in a folder it sets up its database, which takes a few seconds ...');
  const told = tellLater();
  const embedded = await startEmbedded({
    ...order,
    hostNames: values['host-name'],
    authorize: await authorizer(),
    log: () => {},
    onMessage: (message) => told.say(() => lineOf(message)),
    tell: (service, text) =>
      told.say(() => `${styleText('bold', visibleText(service).padEnd(12))} ${styleText('yellow', visibleText(text))}`),
    onFailure: (what, error) => console.error(`  ${what}: ${error instanceof Error ? error.message : String(error)}`),
  }).catch(endSoon);
  stop.hold();
  const isPlayed = ({ target, rehearsal }: ServiceSpec) =>
    rehearsal?.handler !== undefined && (onCluster(target) === null || kubectl === undefined);
  console.log(
    firstScreen({
      port: embedded.port,
      dataDir: values.data,
      services: specs.filter(isPlayed).map(({ name }) => name),
      own: ownOf(specs.slice(EXAMPLES.length)),
      warnings: specs.flatMap(doubtsOf),
      kubeconfig: kubectl?.environment.KUBECONFIG,
    }),
  );
  told.begin();
  await stop.came;
  const inFlight = await embedded.ports.deployments.listInFlight();
  console.log(
    farewell(
      inFlight.map(({ deployment }) => deployment),
      values.data,
    ),
  );
  await embedded.close();
  return 0;
}

/** A start that failed must not go on because of a part that did not end. */
function endSoon(error: unknown): never {
  setTimeout(() => process.exit(1), END_WITHIN_MS).unref();
  throw error;
}

const END_WITHIN_MS = 2_000;

/** What happens during the start is shown below the first screen. */
function tellLater() {
  const waiting: (() => string | null)[] = [];
  let isShown = false;
  const show = (line: () => string | null) => {
    const text = line();
    if (text !== null) console.log(text);
  };
  return {
    say(line: () => string | null): void {
      if (isShown) show(line);
      else waiting.push(line);
    },
    begin(): void {
      isShown = true;
      for (const line of waiting.splice(0)) show(line);
    },
  };
}

/** When the first entry of each deployment was seen. */
const startedAt = new Map<string, number>();

/** The line of a new entry of a timeline; null for a notice. */
function lineOf({ channel, body, deploymentId, service }: OutboxMessage): string | null {
  if (channel !== 'event') return null;
  const { entry } = JSON.parse(body);
  const at = Date.parse(entry.at);
  if (!startedAt.has(deploymentId)) startedAt.set(deploymentId, at);
  const line = timelineLine({ ...entry, at }, startedAt.get(deploymentId) ?? at);
  return `${styleText('bold', visibleText(service).padEnd(12))} ${line}`;
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
  return judgeDoubts(spec, { ...known, neverUnhealthy }).map((detail) => ({ service, detail }));
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
