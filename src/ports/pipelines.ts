/** The pipeline that builds, tests and delivers one service, if one is installed. */
export interface Pipelines {
  /** The service that it delivers; null: there is no pipeline, and every method throws Conflict. */
  readonly service: string | null;
  /** Starts a run for the commit and returns its id. Repeatable under the same `once`. Throws InvalidRequest. */
  start(order: { readonly revision: string; readonly once: string | null }): Promise<string>;
  /** Lets no run into the stage Deploy from now on; what is in it goes on. Repeatable: the last reason is shown. */
  quarantine(because: string): Promise<void>;
  /** Lets runs into the stage Deploy again, the latest of those that wait first. Repeatable. */
  release(): Promise<void>;
}
