/** The ledger of deployments. */
import type { Deployment, Status } from '../domain/deployment/deployment.ts';
import type { KeyedRequest } from '../domain/deployment/keyed-request.ts';
import type { Page } from '../domain/deployment/page.ts';
import type { Traced } from '../domain/deployment/target-history.ts';
import type { EntryDraft, TimelineEntry } from '../domain/deployment/timeline.ts';
import type { Fingerprint } from '../domain/lambda/fingerprint.ts';

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
