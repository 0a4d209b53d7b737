/**
 * Plays three callers with random roles, who call the real routes behind the real authorizer in random order, by one
 * seed.
 */
import { type Grant, ROLES, type Role } from '../../src/domain/access/grant.ts';
import { isInFlight } from '../../src/domain/deployment/deployment.ts';
import type { Step } from '../../src/domain/service/strategy.ts';
import { rollBack } from '../../src/operations/way-back/roll-back.ts';
import { pick, type Random, seededRandom } from '../../src/twin/random.ts';
import { aSpec, MINUTE } from '../domain/a-deployment.ts';
import { goOn, run, settle } from '../operations/a-rollout.ts';
import { quietAlarm, type Scene } from '../operations/a-scene.ts';
import { type Asked, aClosedApi, type ClosedApi, type ClosedApiOrder } from './a-closed-api.ts';
import { callWatch } from './watched-calls.ts';

export const CALLERS = ['ann@acme', 'ben@acme', 'eve@acme'] as const;
export type Caller = (typeof CALLERS)[number];
/** The third service is not registered when a play begins. */
export const SERVICES = ['checkout', 'basket', 'mine'] as const;
export type ServiceName = (typeof SERVICES)[number];
export type Roles = Readonly<Record<Caller, readonly Grant[]>>;

export interface Play {
  readonly seed: number;
  readonly calls: number;
  readonly tamper?: ClosedApiOrder['tamper'];
  /** A planted bug of the authorizer: it takes these grants for the caller's grants. */
  readonly grantsOf?: (grants: readonly Grant[]) => readonly Grant[];
}

export interface Called extends Asked {
  readonly caller: Caller;
  readonly method: string;
  readonly path: string;
}

/** Plays to the end. Rejects with the broken rule, the call and the seed. */
export async function playCallers({
  seed,
  calls,
  tamper,
  grantsOf = (grants) => grants,
}: Play): Promise<Map<number, number>> {
  const random = seededRandom(`callers ${seed}`);
  const api = await aClosedApi({ ...(tamper && { tamper }) });
  try {
    await addBasket(api.scene);
    const roles = drawRoles(random);
    const watch = callWatch(api.scene, roles);
    const statuses = new Map<number, number>();
    for (let count = 0; count < calls; count += 1) {
      const called = drawCall(random, api.scene);
      const token = await api.mint(called.caller, grantsOf(roles[called.caller]));
      const { status } = await api.ask({ ...called, token });
      statuses.set(status, (statuses.get(status) ?? 0) + 1);
      const broken = watch.afterCall(called, status);
      if (broken === null) await worked(random, api);
      const problem = broken ?? watch.afterWork();
      if (problem !== null) throw new Error(`Seed ${seed}, call ${count}, ${inWords(called)} ${status}: ${problem}`);
    }
    return statuses;
  } finally {
    await api.close();
  }
}

function inWords({ caller, method, path, body }: Called): string {
  return `${caller} ${method} ${path} ${JSON.stringify(body ?? {})}`;
}

const BEHAVIOUR = { errorPercent: 0, medianMs: 20, p99Ms: 80 };
export const targetOf = (name: string) => ({ kind: 'lambda', function: name, alias: 'live' }) as const;
const APPROVE = { approve: { within: { minutes: 20 } } } as const;
const STRATEGIES: readonly (readonly Step[])[] = [
  [APPROVE, { setWeight: 10 }, { bake: { minutes: 5 } }],
  [{ setWeight: 10 }, { bake: { minutes: 5 } }, APPROVE, { setWeight: 50 }, APPROVE],
  [{ setWeight: 99 }, { bake: { minutes: 5 } }, APPROVE],
  [{ setWeight: 5 }, { bake: { minutes: 1 } }, APPROVE, APPROVE],
  [APPROVE, APPROVE, { setWeight: 100 }],
  [],
];

/** Adds a second service like checkout. Both services ask for approvals. */
async function addBasket({ cloud: { lambda, alarms }, ports }: Scene): Promise<void> {
  lambda.putFunction({ name: 'basket' });
  lambda.getFunction('basket').lastVersion = 40;
  for (const _version of ['41', '42', '43']) {
    lambda.publishVersion({ functionName: 'basket', code: { kind: 'modelled', behaviour: BEHAVIOUR } });
  }
  lambda.putAlias({ functionName: 'basket', alias: 'live', functionVersion: '41' });
  alarms.putAlarm({ ...quietAlarm, dimensions: { FunctionName: 'basket' }, name: 'basket-errors' }, 'OK');
  for (const name of ['checkout', 'basket'] as const) {
    await ports.services.write({ spec: specOf(name, STRATEGIES[1]), by: 'ada', at: 0 });
  }
}

function specOf(name: string, strategy: readonly Step[] = [], target: string = name) {
  return aSpec({ name, target: targetOf(target), alarms: [`${target}-errors`], strategy });
}

function drawRoles(random: Random): Roles {
  const draw = (): readonly Grant[] =>
    SERVICES.flatMap((service): Grant[] => {
      const roles = ROLES.filter((role) => random.chance(role === 'admin' ? 0.2 : 0.6));
      return roles.map((role) => ({ role, services: random.chance(0.1) ? '*' : [service] }));
    });
  return { 'ann@acme': draw(), 'ben@acme': draw(), 'eve@acme': draw() };
}

/** Decides what roles allow, by rules that the tests have for themselves. */
export function holds(
  roles: Roles,
  { caller, service, role }: { caller: string; service: string; role: Role },
): boolean {
  const grants = roles[caller as Caller] ?? [];
  return grants.some(
    (grant) =>
      (grant.role === role || grant.role === 'admin') && (grant.services === '*' || grant.services.includes(service)),
  );
}

function drawCall(random: Random, scene: Scene): Called {
  const caller = pick(random, CALLERS);
  const service = random.chance(0.1) ? 'mine' : random.chance(0.8) ? 'checkout' : 'basket';
  const ids = [...scene.ledger().deployments.values()].map(({ id }) => id).slice(-4);
  const kind = random.uniform();
  if (kind < 0.3 || ids.length === 0)
    return { caller, method: 'POST', path: '/deploy', body: drawDeploy(random, service) };
  if (kind < 0.75) {
    const word = pick(random, [
      'approve',
      'approve',
      'approve',
      'promote',
      'pause',
      'resume',
      'skip',
      'abort',
      'retry',
    ]);
    return { caller, method: 'POST', path: `/deployments/${pick(random, ids)}/${word}` };
  }
  if (kind < 0.85) return { caller, method: 'POST', path: '/rollback', body: drawRollback(random, { service, ids }) };
  if (kind < 0.88) return { caller, method: 'DELETE', path: `/services/${service}` };
  const target = service === 'mine' || random.chance(0.3) ? pick(random, ['checkout', 'basket']) : service;
  return {
    caller,
    method: 'PUT',
    path: `/services/${service}${random.chance(0.5) ? `?takeFrom=${target}` : ''}`,
    body: specOf(service, pick(random, STRATEGIES), target),
  };
}

function drawDeploy(random: Random, service: string): object {
  const strategy = random.chance(0.6) ? { strategy: pick(random, STRATEGIES) } : {};
  const flags = { ...(random.chance(0.3) && { supersede: true }), ...(random.chance(0.2) && { hotfix: true }) };
  return { service, version: pick(random, ['41', '42', '43']), ...strategy, ...flags };
}

function drawRollback(random: Random, { service, ids }: { service: string; ids: readonly string[] }): object {
  const to = random.chance(0.6) ? { to: pick(random, ['41', '42', '43', ...ids]) } : {};
  return { service, reason: 'it looks wrong', ...to };
}

/** Runs the due tasks of the machines in flight. Sometimes time passes before. */
async function worked(random: Random, { scene }: ClosedApi): Promise<void> {
  if (random.chance(0.4)) await scene.pass(pick(random, [1, 6, 25]) * MINUTE);
  for (const { id, kind } of [...scene.ledger().deployments.values()].filter(isInFlight)) {
    if (kind === 'rollback') {
      await rollBack(scene.ports, { deploymentId: id, state: {} });
      await settle(scene, id);
    } else if (scene.kinds(id).includes('RolloutPlanned')) await goOn(scene, id);
    else await run(scene, id);
  }
}
