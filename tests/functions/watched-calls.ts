/**
 * The rules that must hold after every call of any caller, judged only by the roles, the strategies and the timelines.
 */
import type { Deployment } from '../../src/domain/deployment/deployment.ts';
import type { TimelineEntry } from '../../src/domain/deployment/timeline.ts';
import { isTrafficChange } from '../../src/domain/deployment/timeline.ts';
import type { Step } from '../../src/domain/service/strategy.ts';
import { planSteps } from '../../src/domain/service/strategy.ts';
import { targetKey } from '../../src/domain/service/target.ts';
import type { Scene } from '../operations/a-scene.ts';
import { CALLERS, type Called, holds, type Roles, SERVICES, type ServiceName, targetOf } from './played-callers.ts';

const FUNCTIONS = ['checkout', 'basket'] as const;
type FunctionName = (typeof FUNCTIONS)[number];

export function callWatch(scene: Scene, roles: Roles) {
  const deployments = (): readonly Deployment[] => [...scene.ledger().deployments.values()];
  /** The entries in the order in which the watcher first saw them. */
  const entries = (): readonly TimelineEntry[] => entriesSeen(scene, log);
  const log: TimelineEntry[] = [];
  const strategyOf = (service: string) => planSteps(scene.ledger().services.get(service)?.spec.strategy ?? []);
  const known = new Map<ServiceName, readonly Step[]>(SERVICES.map((name) => [name, strategyOf(name)]));
  const owners = new Map<FunctionName, ServiceName>(FUNCTIONS.map((name) => [name, name]));
  /** The strategy that the service had when the deployment was opened. */
  const asked = new Map<string, readonly Step[]>();
  const wasLive = new Map<FunctionName, Set<string>>(FUNCTIONS.map((name) => [name, new Set(['41'])]));
  const on = (name: FunctionName) =>
    deployments().filter(({ spec }) => targetKey(spec.target) === targetKey(targetOf(name)));
  const movesOf = (name: FunctionName) =>
    on(name)
      .flatMap(({ id }) => scene.timeline(id))
      .filter(isTrafficChange).length;
  let seen = picture();

  function picture() {
    const live = Object.fromEntries(FUNCTIONS.map((name) => [name, JSON.stringify(splitOf(scene, name))]));
    const services = Object.fromEntries(
      SERVICES.map((name) => {
        const own = deployments().filter(({ service }) => service === name);
        const states = own.map(({ id, status, signal, timelineLength }) => [id, status, signal, timelineLength]);
        return [name, JSON.stringify([scene.ledger().services.get(name)?.spec, states])];
      }),
    );
    const moves = Object.fromEntries(FUNCTIONS.map((name) => [name, movesOf(name)]));
    return { live, services, moves, entries: entries().length, ids: new Set(deployments().map(({ id }) => id)) };
  }

  /** The weight up to which the approvals of a deployment allow its version, in percent. */
  function allowance(deployment: Deployment): number {
    const { id, service, by, kind } = deployment;
    if (holds(roles, { caller: by, service, role: 'admin' })) return 100;
    if (kind === 'rollback') return 0;
    const own = asked.get(id) ?? [];
    const approved = scene
      .timeline(id)
      .filter((entry) => entry.kind === 'SignalReceived' && entry.by !== by)
      .filter((entry) => holds(roles, { caller: entry.by, service, role: 'approver' }));
    if (approved.some(({ data }) => data.signal === 'promote')) return 100;
    return reach(own, approved.filter(({ data }) => data.signal === 'approve').length);
  }

  function tooMuch(): string | null {
    for (const name of FUNCTIONS) {
      for (const [version, percent] of Object.entries(splitOf(scene, name))) {
        if (percent === 0 || wasLive.get(name)?.has(version)) continue;
        const tried = on(name).filter(({ kind, canary, stable }) => (kind === 'rollout' ? canary : stable) === version);
        const most = Math.max(0, ...tried.map(allowance));
        if (percent > most)
          return `version ${version} of ${name} has ${percent} % of the calls, and its approvals allow ${most} %`;
        if (percent === 100) wasLive.get(name)?.add(version);
      }
    }
    return null;
  }

  /**
   * Finds openings, signals and moves without the right name in the timeline. `by` is the caller, or null for the
   * machines.
   */
  function unnamed(before: ReturnType<typeof picture>, by: string | null): string | null {
    const isCaller = (name: string) => (by === null ? (CALLERS as readonly string[]).includes(name) : name === by);
    const added = entries().slice(before.entries);
    const asking = added.filter(({ kind }) => kind === 'DeploymentOpened' || kind === 'SignalReceived');
    const nameless = asking.find((entry) => !isCaller(entry.by));
    if (nameless !== undefined) return `${nameless.kind} of ${nameless.deploymentId} is by ${nameless.by}`;
    const moved = FUNCTIONS.filter((name) => before.live[name] !== seen.live[name]);
    const isTold = (name: FunctionName) => movesOf(name) > (before.moves[name] ?? 0);
    const [untold] = moved.filter((name) => !isTold(name));
    return untold === undefined ? null : `${untold} was moved, and no entry says so`;
  }

  return {
    /** Checks after the answer and before any machine continues, so every change is the caller's. */
    afterCall({ caller, method, path, body }: Called, status: number): string | null {
      const before = seen;
      seen = picture();
      for (const { id, service, by } of deployments().filter((one) => !before.ids.has(one.id))) {
        asked.set(id, known.get(service as ServiceName) ?? []);
        if (by !== caller) return `deployment ${id} is by ${by}, and ${caller} asked for it`;
      }
      for (const service of SERVICES) {
        if (before.services[service] === seen.services[service]) continue;
        const may = (role: 'deployer' | 'approver' | 'admin') => holds(roles, { caller, service, role });
        if (!may('deployer') && !may('approver')) return `${caller} changed ${service}, with no role on it`;
        if ((method === 'PUT' || method === 'DELETE') && !may('admin'))
          return `${caller} registered ${service}, and is no admin of it`;
      }
      for (const name of FUNCTIONS) {
        const owner = owners.get(name);
        if (before.live[name] === seen.live[name]) continue;
        if (owner === undefined || !holds(roles, { caller, service: owner, role: 'deployer' }))
          return `${caller} moved ${name}, which belongs to ${owner ?? 'nobody'}`;
      }
      if (status >= 300) return tooMuch() ?? unnamed(before, caller);
      const [, service] = (/^\/services\/(\w+)(?:\?takeFrom=\w+)?$/.exec(path) ?? []) as [string?, ServiceName?];
      if (service === undefined) return tooMuch() ?? unnamed(before, caller);
      for (const [name, owner] of owners) if (owner === service) owners.delete(name);
      if (method === 'PUT') {
        const { function: name } = (body as { target: { function: FunctionName } }).target;
        const owner = owners.get(name);
        const mayTake =
          owner === undefined || (path.includes('takeFrom') && holds(roles, { caller, service: owner, role: 'admin' }));
        if (!mayTake) return `${service} got ${name}, which belongs to ${owner}`;
        owners.set(name, service);
      }
      known.set(service, strategyOf(service));
      return tooMuch() ?? unnamed(before, caller);
    },
    /** Checks after the machines have done their due tasks. */
    afterWork(): string | null {
      const before = seen;
      seen = picture();
      return tooMuch() ?? unnamed(before, null);
    },
  };
}

function entriesSeen(scene: Scene, log: TimelineEntry[]): readonly TimelineEntry[] {
  const nameOf = ({ deploymentId, sequence }: TimelineEntry) => `${deploymentId} ${sequence}`;
  const seen = new Set(log.map(nameOf));
  const all = [...scene.ledger().deployments.keys()].flatMap((id) => scene.timeline(id));
  log.push(...all.filter((entry) => !seen.has(nameOf(entry))));
  return log;
}

/** Walks through the strategy: each approval that is given opens the way to the next approval, or to the promotion. */
function reach(steps: readonly Step[], given: number): number {
  let [percent, left] = [0, given];
  for (const step of steps) {
    if ('approve' in step && left === 0) return percent;
    if ('approve' in step) left -= 1;
    if ('setWeight' in step) percent = step.setWeight;
  }
  return 100;
}

function splitOf({ cloud: { lambda } }: Scene, name: FunctionName): Readonly<Record<string, number>> {
  const { functionVersion, weights } = lambda.getAlias(name, { alias: 'live' });
  const canary = Object.entries(weights).map(([version, weight]): [string, number] => [
    version,
    Math.round(weight * 100),
  ]);
  const rest = canary.reduce((left, [, percent]) => left - percent, 100);
  return { ...Object.fromEntries(canary), [functionVersion]: rest };
}
