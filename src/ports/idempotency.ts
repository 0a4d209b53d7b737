/** Requests that are remembered, so that a repeated one is answered and not done again. */

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
  /** A claim without an answer may be taken over after five seconds: its first holder has probably lost the database. */
  claim(order: { readonly key: string; readonly requestHash: string; readonly at: number }): Promise<Claim>;
  /** Keeps the answer of that request; nothing when another request has the key by now. */
  record(request: ClaimedRequest, answer: StoredAnswer): Promise<void>;
  /** Gives the claim up, because the request failed in a way that may pass; nothing when another request has the key by now. */
  release(request: ClaimedRequest): Promise<void>;
}
