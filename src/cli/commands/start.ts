/** `npm start`: the API and the rehearsal cloud on this machine, until it is stopped. */
import { parseArgs, styleText } from 'node:util';
import { type Embedded, startEmbedded } from '../../containers/embedded.ts';
import { putRehearsedService } from '../../containers/rehearse-service.ts';
import { SlipwayError } from '../../domain/errors.ts';
import type { ServiceSpec } from '../../domain/service-spec.ts';
import { firstScreen } from '../first-screen.ts';
import { readServiceFile } from '../service-file.ts';
import { timelineLine } from '../timeline-lines.ts';

const EXAMPLE = 'examples/checkout/slipway.yml';
const options = {
  port: { type: 'string', default: '4000' },
  data: { type: 'string', default: '.slipway' },
  service: { type: 'string', multiple: true, default: [] as string[] },
} as const;

export async function start(args: string[]): Promise<number> {
  const { values } = parseArgs({ args, options });
  const specs = [EXAMPLE, ...values.service].map(rehearsable);
  console.log('\nSlipway starts. The first time in a folder it sets up its database, which takes a few seconds ...');
  const embedded = await startEmbedded({
    port: portOf(values.port),
    dataDir: values.data,
    root: process.cwd(),
    log: () => {},
    onFailure: (what, error) => console.error(`  ${what}: ${error instanceof Error ? error.message : String(error)}`),
  });
  await register(embedded, specs);
  console.log(firstScreen({ port: embedded.port, dataDir: values.data, services: specs.map(({ name }) => name) }));
  follow(embedded);
  await stopSignal();
  console.log('\nStopping. State is kept; a rollout in flight is taken back at the next start.');
  await embedded.close();
  return 0;
}

function portOf(text: string): number {
  const port = Number(text);
  if (Number.isInteger(port) && port >= 0 && port <= 65_535) return port;
  throw new SlipwayError('InvalidRequest', `--port ${text} is not a port. Give a whole number from 0 to 65535.`);
}

function rehearsable(path: string): ServiceSpec {
  const spec = readServiceFile(path);
  if (spec.rehearsal !== undefined) return spec;
  throw new SlipwayError(
    'InvalidRequest',
    `${path} does not say which handler to run. Add to it:\nrehearsal: { handler: path/of/handler.mjs, requestsPerSecond: 20 }`,
  );
}

/** A spec from a file is the newest word on its service; one that has not changed makes no new revision. */
async function register({ cloud, ports }: Embedded, specs: readonly ServiceSpec[]): Promise<void> {
  for (const spec of specs) await putRehearsedService(cloud)(ports, { spec, by: 'npm start' });
}

/** What happens, as it happens: one line for each entry of any timeline. */
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
        `${styleText('bold', service.padEnd(12))}${timelineLine({ ...entry, at }, startedAt.get(deploymentId) ?? at)}`,
      );
    }
  }, 200).unref();
}

function stopSignal(): Promise<void> {
  return new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => resolve());
  });
}
