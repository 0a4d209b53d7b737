/** The pipeline that builds, tests and delivers one service, if a pipeline is installed. */
export interface Pipelines {
  /** The service that the pipeline delivers. Null when there is no pipeline; then every method throws Conflict. */
  readonly service: string | null;
  /**
   * Starts a run for the commit and returns the id of the run. Repeatable under the same `once`. Throws InvalidRequest.
   */
  start(order: { readonly revision: string; readonly once: string | null }): Promise<string>;
  /**
   * Closes the stage Deploy: from now on no run enters it, but a run that is in it goes on. Repeatable: the last reason
   * is shown.
   */
  quarantine(because: string): Promise<void>;
  /** Opens the stage Deploy again. The latest of the waiting runs enters first. Repeatable. */
  release(): Promise<void>;
}
