/**
 * Faults as data: which fault may happen at a port, and how likely it is. Also the life of a task, which a fault may
 * end.
 */

/**
 * The kinds of faults:
 *
 * * `throttle`: the call is refused without effect.
 * * `crashBefore`, `crashAfter`: the task dies before or after the effect, in one of the ways in which a Lambda
 *   function dies.
 * * `hang`: the call has its effect, and the answer never comes.
 * * `delay`: the call takes longer.
 * * `duplicate`: the call happens twice, and the caller gets the second answer, as after a lost response and a retry.
 * * `lostAnswer`: a write is done and its caller gets Transient, as when a connection ends at a COMMIT.
 * * `stale`: a read answers what the same read answered before.
 */
export type Fault = 'throttle' | 'crashBefore' | 'crashAfter' | 'hang' | 'delay' | 'duplicate' | 'lostAnswer' | 'stale';

export interface FaultPlan {
  /**
   * Tried in order; the first chance that hits is used. When `methods` is left out, the chance applies to all methods.
   */
  readonly chances?: readonly {
    readonly fault: Fault;
    readonly probability: number;
    readonly methods?: readonly string[];
  }[];
  /** `nth` counts the calls of the method, from 1. */
  readonly script?: readonly { readonly fault: Fault; readonly method: string; readonly nth: number }[];
  readonly delayMaxMs?: number;
  /** The times in which the service behind the port is away: every call throws Transient. */
  readonly away?: readonly Span[];
  /** The times in which it is read-only, like a database in a failover: writes throw Transient and reads answer. */
  readonly readOnly?: readonly Span[];
}

/** In epoch milliseconds; `until` is exclusive. */
export interface Span {
  readonly from: number;
  readonly until: number;
}

/** One run of a task or of a handler. */
export interface Life {
  crashed: boolean;
  /** The name of the error that ended this life. */
  diedOf?: string;
  /** True when a fault hit one of its calls. */
  isStruck?: boolean;
}

export interface FaultSource {
  /** Returns the port with faults. `life` is the life of the task that holds the port. */
  wrap<Port extends object>(port: Port, life?: Life): Port;
  /** The faults that were injected so far, oldest first. */
  injected(): readonly {
    readonly fault: Fault | Absence | 'invocation';
    readonly method: string;
    readonly at: number;
  }[];
}

/** Whether the service behind the port refuses every call, or only writes. */
export type Absence = 'away' | 'readOnly';
