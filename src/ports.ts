/**
 * Everything outside that Slipway touches. Each comment is the contract that the AWS adapter, the PostgreSQL store and
 * the rehearsal's double all keep; tests/contracts holds them to it. All ports throw only SlipwayError: Transient when
 * the same call may work later, Broken when it will not.
 */
import type { ApplyOrder, ChangeQuery, ListQuery, Permission } from './domain/cluster/cluster-call.ts';
import type { ClusterObject, ObjectRef } from './domain/cluster/cluster-object.ts';
import type { Deployment, Status } from './domain/deployment.ts';
import type { Fingerprint, Fingerprints } from './domain/fingerprint.ts';
import type { KeyedRequest } from './domain/keyed-request.ts';
import type { Measurement } from './domain/measurement.ts';
import type { AlarmReading } from './domain/preflight.ts';
import type { LambdaTarget, Service, ServiceSpec } from './domain/service-spec.ts';
import type { Traced } from './domain/target-history.ts';
import type { EntryDraft, OutboxMessage, OutboxQuery, TimelineEntry } from './domain/timeline.ts';
import type { LiveSplit } from './domain/traffic-record.ts';
import type { AliasSplit } from './domain/unrecorded-way-back.ts';
import type { PeriodRow } from './domain/verdict/period-row.ts';
import type { Changes } from './ports/changes.ts';
import type { HookOrder, Hooks } from './ports/hooks.ts';
import type { Versions } from './ports/versions.ts';

/** Epoch milliseconds. */
export interface Clock {
  now(): number;
}

/** Time-ordered unique strings of at most 40 characters from `A-Z a-z 0-9 -`, which begin with the given stem. */
export interface Ids {
  next(stem: string): string;
}

export interface Live extends LiveSplit {
  readonly provisionedConcurrency: number;
}

export interface SplitOrder {
  readonly target: LambdaTarget;
  readonly stable: string;
  readonly canary: string;
  /** 0 to 100; at 100 the canary is the only version. */
  readonly canaryPercent: number;
  /** The target's revision as last recorded: the lock that keeps two hands off one target. */
  readonly revision: string;
  /** What the two are made of, by the record. While the revision is the recorded one, the function is still the same. */
  readonly fingerprints?: Fingerprints | null | undefined;
}

export interface Moved {
  readonly revision: string;
  /** The canary's share that was found, when the revision was not the recorded one; undefined: it was as recorded. */
  readonly foundPercent: number | undefined;
}

/** Where live calls go for one Lambda target. A Kubernetes target has its traffic moved by orders to its cluster. */
export interface Traffic {
  /** Throws NotFound when the function or its alias is not there. */
  read(target: LambdaTarget): Promise<Live>;
  /** The same in one call to the control plane, without the provisioned concurrency. It may show the split of some seconds ago. */
  readSplit(target: LambdaTarget): Promise<LiveSplit>;
  /**
   * Replaces the live split. Repeating the same order is harmless. Throws Conflict, and changes nothing, when the
   * revision is not the given one and the split is not already the one ordered; `details.found` is then the LiveSplit that
   * was found. Throws Transient when the look at it only shows the state from before. Under another revision it compares the
   * versions with their fingerprints, and throws Conflict with `details.isOther` when a number is another version's now.
   */
  setSplit(order: SplitOrder): Promise<Moved>;
  /**
   * The way back: all traffic to `stable`, in one call when the revision is the recorded one, and otherwise whatever the
   * revision is, as long as nobody but Slipway's two versions is live. Repeatable. Throws Conflict when a third version is, also
   * under one of their numbers; and NotFound when there is no such stable version any more, also when its number is another's.
   * A throttle does not end it at once: it tries again every second or sooner, for 8 seconds.
   */
  takeBack(order: Omit<SplitOrder, 'canaryPercent'>): Promise<Moved>;
  /** The aliases of a function, by name. Empty when there is no such function. */
  listSplits(functionName: string): Promise<readonly AliasSplit[]>;
  /** Keeps a version from being deleted until another one is pinned for the target. Repeatable. */
  pin(target: LambdaTarget, version: string): Promise<void>;
}

/**
 * The objects of one Kubernetes cluster. Beyond Transient and Broken (forbidden by RBAC, kubectl missing or too old) it
 * throws InvalidRequest for what the API server refuses (a bad manifest, an immutable field, a quota), and NotFound for a
 * namespace or a kind of object that is not there. Every message names the object and says the API server's reason.
 */
export interface Cluster {
  /** Null when there is no such object, or no such namespace. */
  get(ref: ObjectRef): Promise<ClusterObject | null>;
  /** All objects of a kind in a namespace that carry all of the labels, by name. */
  list(query: ListQuery): Promise<readonly ClusterObject[]>;
  /**
   * Server-side apply as field manager `slipway`, one object after the other, and returns them as they are then. What an
   * earlier apply had set and this one leaves out is removed. Repeatable. Throws Conflict, with the manager's name, when
   * another manager owns a field that it would change; what came before that object is applied.
   */
  apply(order: ApplyOrder): Promise<readonly ClusterObject[]>;
  /**
   * With a resourceVersion: replaces the whole object, or throws Conflict and changes nothing when it has changed since
   * (or has gone: NotFound). Without one: creates it, or throws Conflict when it is there already.
   */
  replace(object: ClusterObject): Promise<ClusterObject>;
  /** Sets the number of pods of a Deployment by its scale subresource, as an autoscaler does. Repeatable. Throws NotFound. */
  scale(ref: ObjectRef, replicas: number): Promise<void>;
  /** Deletes the objects and, in the background, what they own. One that is not there is no error. Does not wait. */
  remove(refs: readonly ObjectRef[]): Promise<void>;
  /**
   * Follows all objects that one of the queries selects. Resolves once it does: no change after that is missed. Never throws: where
   * changes cannot be followed, for want of the permission `watch` for example, its waits last a second at most.
   */
  changes(queries: readonly ChangeQuery[]): Promise<Changes>;
  /** Those of the permissions that Slipway does not have in the namespace. */
  denied(namespace: string, asked: readonly Permission[]): Promise<readonly Permission[]>;
  /** The objects that a folder of manifests, with or without a kustomization, stands for. Throws InvalidRequest or NotFound. */
  build(folder: string): Promise<readonly ClusterObject[]>;
  /** What an apply of the objects would change, as a unified diff; empty when nothing. */
  diff(objects: readonly ClusterObject[]): Promise<string>;
}

/** Waits, in real or in virtual time. */
export interface Pause {
  sleep(ms: number): Promise<void>;
}

export interface Alarms {
  /** The alarms that exist among the named ones; a name without an alarm is left out. Any number of names. */
  read(names: readonly string[]): Promise<readonly AlarmReading[]>;
}

export type Machine = Deployment['kind'];

export interface Workflows {
  /** Starts the machine under the deployment's id. Repeatable: an execution of that name that exists is enough. */
  start(machine: Machine, deploymentId: string): Promise<void>;
  /** The same where an execution has ended without an end for its deployment: once for each word. */
  startAgain(machine: Machine, execution: { readonly deploymentId: string; readonly again: string }): Promise<void>;
  /** Ends the wait that holds the token. Repeatable: a wait that is over already is no error, and the answer is then false. */
  answer(token: string): Promise<boolean>;
  /** `missing`: it was never started (or ended more than 90 days ago). */
  status(machine: Machine, deploymentId: string): Promise<'running' | 'ended' | 'missing'>;
}

export interface Publisher {
  /** Publishes an event or a notice, at least once. Returns the ids that got out; the others are tried again later. */
  publish(messages: readonly OutboxMessage[]): Promise<readonly string[]>;
}

/** What changes together, or not at all. Null from a change function: nothing is to be written. */
export interface Change {
  readonly deployment: Deployment;
  readonly entries: readonly EntryDraft[];
  /** A task token to store, `answered` to drop the one that is stored; left out, it stays. */
  readonly wait?: { readonly token: string } | 'answered';
}

/** A stored deployment and the token of the wait that its execution is in, if it is in one. */
export interface Recorded {
  readonly deployment: Deployment;
  readonly waitToken: string | null;
}

export interface DeploymentQuery {
  readonly service?: string | undefined;
  /** Only deployments of these. */
  readonly services?: readonly string[] | undefined;
  readonly status?: Status | undefined;
  /** As returned by the page before. A cursor that is not one throws InvalidRequest. */
  readonly cursor?: string | undefined;
  /** 1 to 100. */
  readonly limit: number;
}
export interface Page<T> {
  readonly items: readonly T[];
  readonly nextCursor: string | null;
}

/** What is opened: a deployment whose `fence` and `timelineLength` the store sets. */
export interface Opening {
  readonly deployment: Deployment;
  readonly entries: readonly EntryDraft[];
  /** The deployment in flight whose place it takes: that one ends as superseded in the same transaction. */
  readonly superseding?: { readonly deploymentId: string; readonly because: string };
  /** The promoted deployment that it undoes: marked as replaced in the same transaction; Conflict if it already was. */
  readonly undoing?: string;
  /** Makes the opening happen once for this key, for ever: a second time it throws Conflict with `details.known: true`. */
  readonly once?: string;
}
export type Opened =
  | { readonly opened: true; readonly deployment: Deployment; readonly waitToken: string | null }
  | { readonly opened: false; readonly inFlight: Deployment };

/**
 * The ledger. A change of state, its timeline entries, its outbox rows (domain `messagesFor`), and, when the status
 * becomes an end, the release of the locks, are one transaction. Serialisation failures are retried whole.
 */
export interface Deployments {
  /**
   * Takes the locks of the service and of the target, and writes the deployment; or writes nothing and returns the one that
   * holds a lock. The fencing token rises with each deployment of a target, whichever service it belongs to. One with a
   * `requestKey` is opened once for its caller as long as the key is remembered (domain/keyed-request.ts), as with `once`.
   */
  open(opening: Opening): Promise<Opened>;
  /** Throws NotFound. */
  read(deploymentId: string): Promise<Recorded>;
  /**
   * Reads, lets the pure function decide on what it read (perhaps more than once), and writes. Throws NotFound. A deployment that
   * ends loses its stored token; the answer still has the token, for the caller to answer the wait.
   */
  record(deploymentId: string, change: (recorded: Recorded) => Change | null): Promise<Recorded>;
  /** The one that was opened under a caller's key, while that is remembered; null without one. */
  findByRequest(request: KeyedRequest): Promise<Deployment | null>;
  /** Newest first. */
  list(query: DeploymentQuery): Promise<Page<Deployment>>;
  listInFlight(): Promise<readonly Recorded[]>;
  /** Promoted deployments that are not replaced and whose watch window is still open. */
  listWatched(now: number): Promise<readonly Deployment[]>;
  /** Oldest first, all of it. */
  timeline(deploymentId: string): Promise<readonly TimelineEntry[]>;
  /**
   * One round trip, for every service that names the alarm now or did so when a deployment of it was opened that is in flight
   * or watched: its deployments from the oldest one in flight or watched on, or else the latest one. By service, the latest first.
   */
  findByAlarm(query: { readonly alarm: string; readonly now: number }): Promise<readonly Traced[]>;
  /** The deployments of a target (domain `targetKey`), whatever service they belonged to, the latest first: by the fence. */
  history(query: { readonly target: string; readonly limit: number }): Promise<readonly Traced[]>;
  /** The latest promoted deployment that put this version live on the target and is not replaced; null without one. */
  findPromoted(query: { readonly target: string; readonly version: string }): Promise<Deployment | null>;
  /**
   * What the version was made of by each deployment that says that it was live on the target: promoted to it, started from it, or
   * gone back to it; null by one that does not know. Empty when none says so.
   */
  liveAs(query: { readonly target: string; readonly version: string }): Promise<readonly (Fingerprint | null)[]>;
}

/** What a way back needs of the ledger; kept small, because the function behind an alarm has to be loaded quickly. */
export type UrgentDeployments = Pick<Deployments, 'findByAlarm' | 'open' | 'read' | 'record' | 'timeline'>;

export interface Services {
  /**
   * Keeps every revision. `revision` 1 means it is new. Writing the same spec again makes no new revision. Throws Conflict when
   * another service has the target, or when the target changes while a deployment is in flight. A watch over the target that
   * the service leaves ends with an entry.
   */
  write(order: {
    readonly spec: ServiceSpec;
    readonly by: string;
    readonly at: number;
    /** The service that has the target, and is removed in the same transaction, as by `remove`. Throws Conflict when it has another. */
    readonly takingFrom?: string | undefined;
  }): Promise<Service>;
  /** Throws NotFound. */
  read(name: string): Promise<Service>;
  list(): Promise<readonly Service[]>;
  /**
   * Throws NotFound, or Conflict when a deployment of it is in flight. Its deployments stay in the ledger; a watch over one of
   * them ends with an entry, and its target is free.
   */
  remove(order: { readonly name: string; readonly by: string; readonly at: number }): Promise<void>;
}

export interface Outbox {
  /** Messages that are not published yet, oldest first; of one deployment when one is named, of all of them those `after` another. */
  list(query: OutboxQuery): Promise<readonly OutboxMessage[]>;
  /** Repeatable. Returns those of the ids that were not recorded as published before: of two callers, one gets each. */
  recordPublished(ids: readonly string[], at: number): Promise<readonly string[]>;
}

export interface Measures {
  /** Slipway's own metrics, at once, in process. Each call counts. Never throws: what no metric can be is left out, and loses nothing else. */
  record(measurements: readonly Measurement[]): void;
}

/** The evidence of verdicts, kept so that `explain` can show what a judgement rested on. */
export interface Verdicts {
  record(deploymentId: string, rows: readonly PeriodRow[]): Promise<void>;
  /** Oldest first; a period that was recorded twice counts with its last values. */
  list(deploymentId: string): Promise<readonly PeriodRow[]>;
}

/** Throws Transient, with which part and why, when the thing behind it cannot be reached. */
export interface Reachable {
  check(): Promise<void>;
}

export type { ApplyOrder, Changes, HookOrder, Hooks, Permission, Versions };
