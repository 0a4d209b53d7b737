/** The ledger of deployments. */
import type { Deployment, Status } from '../domain/deployment/deployment.ts';
import type { KeyedRequest } from '../domain/deployment/keyed-request.ts';
import type { Page } from '../domain/deployment/page.ts';
import type { Traced } from '../domain/deployment/target-history.ts';
import type { EntryDraft, TimelineEntry } from '../domain/deployment/timeline.ts';
import type { Fingerprint } from '../domain/lambda/fingerprint.ts';

/**
 * The parts that the ledger writes together or not at all. A change function returns null when there is nothing to
 * write.
 */
export interface Change {
  readonly deployment: Deployment;
  readonly entries: readonly EntryDraft[];
  /** A task token to store, or `answered` to drop the stored token. When left out, the stored token stays. */
  readonly wait?: { readonly token: string } | 'answered';
}

/**
 * A stored deployment, and the task token of its execution's wait; the token is null when the execution does not wait.
 */
export interface Recorded {
  readonly deployment: Deployment;
  readonly waitToken: string | null;
}

export interface DeploymentQuery {
  readonly service?: string | undefined;
  /** Only deployments of these services. */
  readonly services?: readonly string[] | undefined;
  /** Only deployments that have one of these statuses now. Each status comes once. */
  readonly statuses?: readonly Status[] | undefined;
  /** The cursor that the previous page returned. An invalid cursor throws InvalidRequest. */
  readonly cursor?: string | undefined;
  /** 1 to 100. */
  readonly limit: number;
}

/** A deployment to open. The store sets its `fence` and `timelineLength`. */
export interface Opening {
  readonly deployment: Deployment;
  readonly entries: readonly EntryDraft[];
  /** The deployment in flight that this one supersedes. It ends as superseded in the same transaction. */
  readonly superseding?: { readonly deploymentId: string; readonly because: string };
  /**
   * The promoted deployment that this one undoes. The same transaction marks it as replaced; throws Conflict when it
   * already was.
   */
  readonly undoing?: string;
  /**
   * Opens the deployment only once for this key, for ever. A second opening throws Conflict with `details.known: true`.
   */
  readonly once?: string;
}

export type Opened =
  | { readonly opened: true; readonly deployment: Deployment; readonly waitToken: string | null }
  | { readonly opened: false; readonly inFlight: Deployment };

/**
 * The ledger of deployments. One transaction holds a change of state, its timeline entries and its outbox rows (domain
 * `messagesFor`). When the status becomes an end status, the same transaction releases the locks. The ledger repeats
 * the whole transaction after a serialisation failure.
 */
export interface Deployments {
  /**
   * Takes the locks of the service and of the target, and writes the deployment. When another deployment holds a lock,
   * it writes nothing and returns that deployment.
   *
   * The fencing token rises with each deployment of a target, also when the target changes its service. A `requestKey`
   * opens one deployment for its caller while the key is remembered (domain/deployment/keyed-request.ts); a second
   * opening throws, as with `once`.
   */
  open(opening: Opening): Promise<Opened>;
  /** Throws NotFound when there is no such deployment. */
  read(deploymentId: string): Promise<Recorded>;
  /**
   * Reads the deployment, lets the pure function decide, and writes the change. It may call the function more than
   * once. Throws NotFound.
   *
   * When the deployment ends, the ledger drops its stored token. The returned value still has the token, so that the
   * caller can answer the wait.
   */
  record(deploymentId: string, change: (recorded: Recorded) => Change | null): Promise<Recorded>;
  /** Returns the deployment that was opened under a caller's key, while the key is remembered; otherwise null. */
  findByRequest(request: KeyedRequest): Promise<Deployment | null>;
  listInFlight(): Promise<readonly Recorded[]>;
  /** Returns the promoted deployments that are not replaced and whose watch window is still open. */
  listWatched(now: number): Promise<readonly Deployment[]>;
  /** Returns the whole timeline, the oldest entry first. */
  timeline(deploymentId: string): Promise<readonly TimelineEntry[]>;
  /**
   * Finds, in one round trip, every service that names the alarm. A service counts when its spec names the alarm now.
   * It also counts when a deployment of it that is in flight or watched was opened with the alarm.
   *
   * Returns each service's deployments, from the oldest that is in flight or watched; otherwise only the latest. They
   * are ordered by service, and the latest comes first.
   */
  findByAlarm(query: { readonly alarm: string; readonly now: number }): Promise<readonly Traced[]>;
  /** Returns the deployments of a target (domain `targetKey`), of any service. The latest comes first, by the fence. */
  history(query: { readonly target: string; readonly limit: number }): Promise<readonly Traced[]>;
  /**
   * Returns the latest promoted deployment that put this version live on the target and is not replaced; null when
   * there is none.
   */
  findPromoted(query: { readonly target: string; readonly version: string }): Promise<Deployment | null>;
  /**
   * Returns the version's fingerprint from each deployment that recorded the version as live on the target. Such a
   * deployment was promoted to it, started from it, or rolled back to it. A fingerprint is null when the deployment
   * does not know it. Empty when no deployment recorded the version.
   */
  liveAs(query: { readonly target: string; readonly version: string }): Promise<readonly (Fingerprint | null)[]>;
}

/** The ledger with its pages. Few functions list deployments, and the bundles of the others do not contain the statements. */
export interface ListedDeployments extends Deployments {
  /** The newest deployment comes first. */
  list(query: DeploymentQuery): Promise<Page<Deployment>>;
}

/**
 * The part of the ledger that an urgent rollback needs. It stays small, because the function behind an alarm must load
 * quickly.
 */
export type UrgentDeployments = Pick<Deployments, 'findByAlarm' | 'open' | 'read' | 'record' | 'timeline'>;
