/** The results of `readHealth` and `readReadiness`. */

export interface Health {
  readonly status: 'ok';
  readonly version: string;
}

export interface Readiness {
  /** True when each part can be reached. */
  readonly ready: boolean;
  readonly parts: readonly Part[];
}

export interface Part {
  readonly name: string;
  readonly ok: boolean;
  readonly detail: string;
}
