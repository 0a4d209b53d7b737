/** Remembers requests, so that Slipway answers a repeated request without doing the work again. */

export interface StoredAnswer {
  readonly status: number;
  readonly body: string;
  readonly headers: Readonly<Record<string, string>>;
}
export interface ClaimedRequest {
  readonly key: string;
  readonly requestHash: string;
}
export type Claim =
  | { readonly claimed: true }
  | { readonly claimed: false; readonly why: 'otherRequest' | 'inProgress' }
  | { readonly claimed: false; readonly why: 'answered'; readonly answer: StoredAnswer };

/** Remembers requests by their Idempotency-Key for a day. */
export interface Idempotency {
  /**
   * Claims the key for a request. Another caller may take over a claim that has no answer after five seconds: the first
   * caller has probably lost the database.
   */
  claim(order: { readonly key: string; readonly requestHash: string; readonly at: number }): Promise<Claim>;
  /** Stores the answer of the request. Does nothing when another request has claimed the key meanwhile. */
  record(request: ClaimedRequest, answer: StoredAnswer): Promise<void>;
  /**
   * Gives the claim up after a failure that may pass, so that the request can be repeated. Does nothing when another
   * request has claimed the key meanwhile.
   */
  release(request: ClaimedRequest): Promise<void>;
}
