/**
 * The routes of the embedded server that do more than in AWS. The server also simulates what already exists in AWS: the
 * functions of the services, their code and their traffic.
 */
import { checkServiceContract } from '../api/contracts/check-service.ts';
import { putServiceContract } from '../api/contracts/put-service.ts';
import { removeServiceContract } from '../api/contracts/remove-service.ts';
import { startDeploymentContract } from '../api/contracts/start-deployment.ts';
import { type Finding, warning } from '../domain/preflight/finding.ts';
import { judgeFindings } from '../domain/preflight/judge-doubts.ts';
import type { ServiceSpec } from '../domain/service/service-spec.ts';
import { onAlias } from '../domain/service/target.ts';
import { neverUnhealthy } from '../domain/verdict/most-harm.ts';
import { httpRoute } from '../functions/http-route.ts';
import { checkService } from '../operations/opening/check-service.ts';
import { type StartDeploymentInput, startDeployment } from '../operations/opening/start-deployment.ts';
import { removeService } from '../operations/services/remove-service.ts';
import { calledAs } from '../twin/cloud/workload-calls.ts';
import { inWords } from '../twin/handlers/first-errors.ts';
import { putRehearsedService, type Rehearsed } from './rehearse-service.ts';
import { type ApiPorts, type Observed, routeTable } from './route-table.ts';
import type { ServerRoute } from './server/api-server.ts';

export interface RehearsedRoutes {
  readonly rehearsed: Rehearsed;
  readonly observed: Observed;
}

export function rehearsedRoutes(ports: ApiPorts, { rehearsed, observed }: RehearsedRoutes): readonly ServerRoute[] {
  const common = { ports, ...observed };
  const own: readonly ServerRoute[] = [
    route(putServiceContract, httpRoute(putServiceContract, { ...common, operation: putRehearsedService(rehearsed) })),
    route(removeServiceContract, httpRoute(removeServiceContract, { ...common, operation: remove(rehearsed) })),
    route(checkServiceContract, httpRoute(checkServiceContract, { ...common, operation: check(rehearsed) })),
    route(startDeploymentContract, httpRoute(startDeploymentContract, { ...common, operation: start(rehearsed) })),
  ];
  const isOwn = ({ method, path }: ServerRoute) => own.some((one) => one.method === method && one.path === path);
  return [...routeTable(ports, observed).filter((one) => !isOwn(one)), ...own];
}

function route({ method, path }: Pick<ServerRoute, 'method' | 'path'>, handle: ServerRoute['handle']): ServerRoute {
  return { method, path, handle };
}

/** The deployed version stays, as in AWS, but its simulated traffic ends. */
function remove({ cloud, notes }: Rehearsed) {
  return async (ports: ApiPorts, input: { readonly name: string; readonly by: string }): Promise<void> => {
    const { spec } = await ports.services.read(input.name);
    await removeService(ports, input);
    notes.delete(input.name);
    await cloud.stopLoad(calledAs(spec.target));
  };
}

function check({ cloud, notes }: Rehearsed) {
  return async (ports: ApiPorts, { name }: { readonly name: string }): Promise<readonly Finding[]> => {
    const { spec } = await ports.services.read(name);
    const findings = withTraffic(cloud, { spec, findings: await checkService(ports, { name }) });
    const note = notes.get(name);
    const stays = note === undefined ? [] : [warning('handlerIsLive', { subject: spec.name, detail: note })];
    return [...findings, ...uncalled(cloud, spec), ...stays, ...firstErrorOf(cloud, spec)];
  };
}

/** In the rehearsal the traffic is known, so it is known as well whether it is enough for the judge. */
function withTraffic(
  cloud: Rehearsed['cloud'],
  { spec, findings }: { readonly spec: ServiceSpec; readonly findings: readonly Finding[] },
): readonly Finding[] {
  const { functionName, alias } = calledAs(spec.target);
  const load = cloud.loads().find((one) => one.functionName === functionName && one.alias === alias);
  const requestsPerSecond = load?.requestsPerSecond;
  if (requestsPerSecond === undefined) return findings;
  return [
    ...findings.filter(({ check: about }) => about !== 'judgeDecides'),
    ...judgeFindings(spec, { requestsPerSecond, neverUnhealthy }),
  ];
}

/** Without a handler in its spec, the rehearsal has no function for the service, and sends it no calls. */
function uncalled(cloud: Rehearsed['cloud'], { name, target }: ServiceSpec): readonly Finding[] {
  if (onAlias(target) === null || cloud.liveVersion(calledAs(target)) !== null) return [];
  const example = '"rehearsal": {"handler": "mine/v1.mjs", "requestsPerSecond": 20}';
  const detail = `The spec of ${name} names no handler, so nothing runs and nothing calls it here. PUT it again with ${example}.`;
  return [warning('handlerRuns', { subject: name, detail })];
}

function firstErrorOf(cloud: Rehearsed['cloud'], { target }: ServiceSpec): readonly Finding[] {
  const { functionName, alias } = calledAs(target);
  const version = cloud.liveVersion({ functionName, alias });
  const found = version === null ? null : cloud.firstErrors.of(functionName, version);
  if (found === null) return [];
  return [
    warning('handlerRuns', {
      subject: found.version,
      detail: `Version ${found.version} has failed: ${inWords(found)}`,
    }),
  ];
}

/** A deployment replaces the handler of the spec, so the note that this handler is not live goes. */
function start({ cloud, notes }: Rehearsed) {
  return async (ports: ApiPorts, input: StartDeploymentInput) => {
    const result = await startDeployment(ports, input);
    if (result.outcome === 'opened') notes.delete(input.service);
    if (result.outcome !== 'dryRun') return result;
    const { spec } = await ports.services.read(input.service);
    const strategy = input.strategy ?? spec.strategy;
    return { ...result, findings: withTraffic(cloud, { spec: { ...spec, strategy }, findings: result.findings }) };
  };
}
