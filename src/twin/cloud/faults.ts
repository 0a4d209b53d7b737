/**
 * Injects faults at the edge of any port. The seed draws which call gets a fault, or a script names it by method and
 * count. A crash ends the whole task: every further call of the same life fails too, until a new life begins.
 */
import { SlipwayError } from '../../domain/errors.ts';
import type { Delays } from '../events/event-bus.ts';
import type { Random } from '../random.ts';
import { type Scheduler, sleep } from '../scheduler.ts';
import type { Absence, Fault, FaultPlan, FaultSource, Life, Span } from './fault-plan.ts';
import { DEATHS, lambdaError } from './lambda-failures.ts';

type Method = (...values: unknown[]) => unknown;

interface Call {
  readonly method: string;
  readonly run: () => Promise<unknown>;
  /** The key under which the earlier answer for a stale read is kept. */
  readonly key: () => string;
  readonly life: Life;
}

export function faultSource({
  plan,
  random,
  scheduler,
  behind = 'aws',
}: {
  plan: FaultPlan;
  random: Random;
  scheduler: Scheduler;
  /** A throttle of AWS is marked as one, as the AWS adapters do. A refusal of the database has no such mark. */
  behind?: 'aws' | 'ledger';
}): FaultSource {
  const counts = new Map<string, number>();
  const answers = new Map<string, unknown>();
  const injected: { fault: Fault | Absence; method: string; at: number }[] = [];
  const keepsAnswers = [...(plan.chances ?? []), ...(plan.script ?? [])].some(({ fault }) => fault === 'stale');
  const note = (fault: Fault | Absence, { method, life }: Pick<Call, 'method' | 'life'>) => {
    life.isStruck = true;
    injected.push({ fault, method, at: scheduler.now() });
  };
  const absenceAt = absences(plan, scheduler);

  const edge: Edge = { behind, ...drawnFrom(random, { plan, scheduler }) };
  const choose = (method: string): Fault | undefined => {
    const nth = (counts.get(method) ?? 0) + 1;
    counts.set(method, nth);
    const scripted = plan.script?.find((one) => one.method === method && one.nth === nth);
    if (scripted) return scripted.fault;
    return plan.chances?.find(
      ({ fault, probability, methods }) => concerns(method, { fault, methods }) && random.chance(probability),
    )?.fault;
  };

  const call = async ({ method, run, key, life }: Call): Promise<unknown> => {
    refuseDead(life);
    const absence = absenceAt(method);
    if (absence !== null) {
      note(absence, { method, life });
      const fact = absence === 'away' ? 'away' : 'read-only';
      throw new SlipwayError('Transient', `What is behind ${method} is ${fact}. Repeat it when it is back.`);
    }
    const fault = choose(method);
    if (fault) note(fault, { method, life });
    if (!keepsAnswers) return strike({ fault, run, life, method }, edge);
    const asked = key();
    if (fault === 'stale' && answers.has(asked)) return answers.get(asked);
    const answer = await strike({ fault, run, life, method }, edge);
    answers.set(asked, answer);
    return answer;
  };

  return {
    wrap: (port, life = { crashed: false }) => wrapPort(port, { life, call }),
    injected: () => injected,
  };
}

/** A fast path: most plans have no span, and every call asks. */
function absences({ away = [], readOnly = [] }: FaultPlan, { now }: Scheduler): (method: string) => Absence | null {
  if (away.length + readOnly.length === 0) return () => null;
  const isWithin = (spans: readonly Span[]) => spans.some(({ from, until }) => from <= now() && now() < until);
  return (method) =>
    SURE.has(method) ? null : isWithin(away) ? 'away' : !isRead(method) && isWithin(readOnly) ? 'readOnly' : null;
}

type Struck = Omit<Call, 'key'> & { readonly fault: Fault | undefined };

interface Edge {
  readonly behind: 'aws' | 'ledger';
  readonly pause: () => Promise<void>;
  /** A connection that is cut ends the call at once; a silent connection ends it later. */
  readonly isAnsweredLate: () => boolean;
  readonly drawDeath: () => string;
}

function drawnFrom(
  random: Random,
  { plan: { delayMaxMs = 1_000 }, scheduler }: { readonly plan: FaultPlan; readonly scheduler: Scheduler },
): Omit<Edge, 'behind'> {
  return {
    pause: () => sleep(scheduler, random.uniform() * delayMaxMs),
    isAnsweredLate: () => random.chance(0.5),
    drawDeath: () => DEATHS[random.integer(DEATHS.length)] ?? 'Runtime.ExitError',
  };
}

async function strike({ fault, run, life, method }: Struck, { behind, pause, isAnsweredLate, drawDeath }: Edge) {
  switch (fault) {
    case 'throttle':
      // A ledger has no limit of calls. It refuses a statement that conflicts, or any statement while it fails over.
      if (behind === 'ledger') throw new SlipwayError('Transient', `${method} was refused. Repeat it in a moment.`);
      throw new SlipwayError('Transient', `${method} was throttled. Repeat it in a moment.`, {
        details: { throttled: true },
      });
    case 'crashBefore':
      throw crash(life, { method, diesOf: drawDeath() });
    case 'crashAfter':
      await run().catch(() => {});
      throw crash(life, { method, diesOf: drawDeath() });
    case 'hang':
      await run().catch(() => {});
      return new Promise(() => {});
    case 'delay':
      await pause();
      // Another call may have ended the task during the pause.
      refuseDead(life);
      return run();
    case 'duplicate':
      await run().catch(() => {});
      return run();
    case 'lostAnswer':
      await run().catch(() => {});
      if (isAnsweredLate()) await pause();
      refuseDead(life);
      throw new SlipwayError('Transient', `The answer of ${method} was lost. Repeat it in a moment.`);
    case 'stale':
    case undefined:
      return run();
  }
}

function wrapPort<Port extends object>(
  port: Port,
  { life, call }: { life: Life; call: (call: Call) => Promise<unknown> },
): Port {
  const wrapped = Object.entries(port).map(([method, value]) => {
    if (typeof value !== 'function') return [method, value];
    const run = value as Method;
    const faulty: Method = (...values) =>
      call({ method, life, key: () => keyOf(method, values), run: async () => run.apply(port, values) });
    return [method, faulty];
  });
  return Object.fromEntries(wrapped);
}

function keyOf(method: string, values: readonly unknown[]): string {
  return `${method} ${JSON.stringify(values)}`;
}

/**
 * The methods whose contract is never to fail, because the caller does not need an answer. A fault can only end or
 * delay the task that calls them.
 */
const SURE: ReadonlySet<string> = new Set(['changes']);

const DEADLY: readonly Fault[] = ['crashBefore', 'crashAfter', 'hang', 'delay'];

/** Only a read can get a stale answer, and only a write can lose the answer about its effect. */
function concerns(
  method: string,
  { fault, methods }: { fault: Fault; methods: readonly string[] | undefined },
): boolean {
  if (methods) return methods.includes(method);
  if (SURE.has(method)) return DEADLY.includes(fault);
  if (fault === 'stale') return isRead(method);
  return fault !== 'lostAnswer' || !isRead(method);
}

function isRead(method: string): boolean {
  return /^(read|list|describe|find|status|timeline|history|was)/.test(method);
}

function refuseDead(life: Life): void {
  if (life.crashed) throw crash(life, { method: 'a call after the crash', diesOf: 'Runtime.ExitError' });
}

/** A life dies once, and keeps the name of its first error. */
function crash(life: Life, { method, diesOf }: { readonly method: string; readonly diesOf: string }): Error {
  life.crashed = true;
  life.diedOf ??= diesOf;
  return lambdaError({ name: life.diedOf, message: `The task died at ${method}.` });
}

/** Draws when events are delivered. Some arrive twice, and some arrive late, after events that were sent later. */
export function faultyDelays(
  delays: Delays,
  { duplicate, late, lateMaxMs }: { duplicate: number; late: number; lateMaxMs: number },
): Delays {
  return (random) => {
    const once = (): readonly number[] =>
      delays(random).map((ms) => ms + (random.chance(late) ? random.uniform() * lateMaxMs : 0));
    return random.chance(duplicate) ? [...once(), ...once()] : once();
  };
}
