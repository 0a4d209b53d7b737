/**
 * What a route promises: its address, what it takes and what it answers. The handler, the API server, the OpenAPI
 * document and the typed client are all made from it. Each contract is a file of its own, so that a Lambda bundle
 * holds no other route's schemas.
 */
import type * as z from 'zod/mini';
import type { Access } from '../../domain/access/access.ts';
import type { Role } from '../../domain/access/grant.ts';
import type { FieldProblem } from '../../domain/service/service-spec.ts';

export type Method = 'GET' | 'POST' | 'PUT' | 'DELETE';

/** An answer before it is written out: a string body goes out as it is, anything else as JSON, undefined as nothing. */
export interface Reply {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
  /** False: it only says something, so that the same request under the same key is looked at anew. */
  readonly changed?: false;
}

export interface Contract {
  /** The stem that the contract shares with its operation, its handler and the client's method. */
  readonly name: string;
  readonly method: Method;
  /** With `{name}` for each parameter. */
  readonly path: `/${string}`;
  readonly summary: string;
  /** The role that a caller has to have; `nobody`: open to all, without a token. */
  readonly needs: Role | 'nobody';
  /**
   * For which service: the one that this field of the input names, the one whose deployment or pipeline run the path names,
   * or any. A route about `any` shows no more than the caller may see.
   */
  readonly about: 'service' | 'name' | 'deployment' | 'pipelineRun' | 'any';
  readonly params?: z.ZodMiniObject;
  readonly query?: z.ZodMiniObject;
  readonly body?: z.ZodMiniType;
  /** The field of the input under which the whole body goes; left out, the body's fields are fields of the input. */
  readonly bodyAs?: string;
  /** Input that the route itself stands for: `POST /deployments/{id}/pause` is the signal `pause`. */
  readonly fixed?: Readonly<Record<string, unknown>>;
  /** What is wrong between the path and the body. */
  readonly problems?: (input: never) => readonly FieldProblem[];
  /** It takes calls back from a version: it waits for nobody, and for no other request under its key either. */
  readonly isRetreat?: true;
  readonly respond: (result: never) => Reply;
}

/** Who calls, what it may do, and the request's Idempotency-Key. */
export interface Caller {
  readonly by: string;
  readonly access: Access;
  readonly requestKey: string | null;
}

type Part<C, K extends string> = C extends Record<K, infer S extends z.ZodMiniType> ? z.output<S> : unknown;
type Sent<C, K extends string> = C extends Record<K, infer S extends z.ZodMiniType> ? z.input<S> : unknown;
type Body<C, B> = C extends { bodyAs: infer F extends string } ? Record<F, B> : B;
type Fixed<C> = C extends { fixed: infer F } ? F : unknown;

/** What the operation behind a route gets; behind several routes, what any of them gives. */
export type RouteInput<C> = C extends unknown
  ? Part<C, 'params'> & Part<C, 'query'> & Body<C, Part<C, 'body'>> & Fixed<C> & Caller
  : never;
/** What the operation gives back. */
export type RouteResult<C extends Contract> = Parameters<C['respond']>[0];
/** What a caller of the client sends. */
export type RequestOf<C> = Sent<C, 'params'> & Sent<C, 'query'> & Body<C, Sent<C, 'body'>>;
