/** Faults as data: what may go wrong at a port, how likely it is, and the life of a task that may end by it. */

/**
 * `throttle`: refused without effect. `crashBefore`, `crashAfter`: the task dies before or after the effect, by one of the
 * deaths of a Lambda function. `hang`: the effect is there and the answer never comes. `delay`: the call takes its time. `duplicate`: it happens twice, and the caller sees the second answer, as after a lost response
 * and a retry. `lostAnswer`: a write is done and its caller hears Transient, as when a connection ends at a COMMIT. `stale`: a
 * read answers what the same read answered before.
 */
export type Fault = 'throttle' | 'crashBefore' | 'crashAfter' | 'hang' | 'delay' | 'duplicate' | 'lostAnswer' | 'stale';

export interface FaultPlan {
  /** Tried in order; the first that hits is taken. Left out, `methods` are all of them. */
  readonly chances?: readonly {
    readonly fault: Fault;
    readonly probability: number;
    readonly methods?: readonly string[];
  }[];
  /** The nth call of the method, counted from 1. */
  readonly script?: readonly { readonly fault: Fault; readonly method: string; readonly nth: number }[];
  readonly delayMaxMs?: number;
  /** While the thing behind the port is away, every call throws Transient. */
  readonly away?: readonly Span[];
  /** While it is read-only, as a database in a failover is, writes throw Transient and reads answer. */
  readonly readOnly?: readonly Span[];
}

/** In epoch milliseconds; `until` is not part of it. */
export interface Span {
  readonly from: number;
  readonly until: number;
}

/** One run of a task or a handler. */
export interface Life {
  crashed: boolean;
  /** The name of the error that it died of. */
  diedOf?: string;
  /** A fault struck one of its calls. */
  isStruck?: boolean;
}

export interface FaultSource {
  /** The port with faults. The life is that of the task which holds it. */
  wrap<Port extends object>(port: Port, life?: Life): Port;
  /** What was done so far, oldest first. */
  injected(): readonly {
    readonly fault: Fault | Absence | 'invocation';
    readonly method: string;
    readonly at: number;
  }[];
}

/** The thing behind the port is away as a whole, or as far as writes go. */
export type Absence = 'away' | 'readOnly';
