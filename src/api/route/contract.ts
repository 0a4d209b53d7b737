/**
 * What a route promises: its address, its input and its answers. The handler, the API server, the OpenAPI document and
 * the typed client are made from it. Each contract has its own file, so that a Lambda bundle contains no other route's
 * schemas.
 */
import type * as z from 'zod/mini';
import type { Access } from '../../domain/access/access.ts';
import type { Role } from '../../domain/access/grant.ts';
import type { FieldProblem } from '../../domain/service/service-spec.ts';

export type Method = 'GET' | 'POST' | 'PUT' | 'DELETE';

/**
 * An answer before it is serialized. A string body is sent unchanged, undefined as an empty body, and any other body as
 * JSON.
 */
export interface Reply {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
  /** False when the request changed nothing. Then the same request under the same key is evaluated again. */
  readonly changed?: false;
}

export interface Contract {
  /** The stem of the names of the contract, its operation, its handler and the client's method. */
  readonly name: string;
  readonly method: Method;
  /** Contains `{name}` for each parameter. */
  readonly path: `/${string}`;
  readonly summary: string;
  /** The role that a caller must have. `nobody` means that the route is public and needs no token. */
  readonly needs: Role | 'nobody';
  /**
   * The service for which the caller needs the role. It is the one that this field of the input names, the one of the
   * deployment or pipeline run in the path, or any. A route about `any` shows only what the caller may read.
   */
  readonly about: 'service' | 'name' | 'deployment' | 'pipelineRun' | 'any';
  readonly params?: z.ZodMiniObject;
  readonly query?: z.ZodMiniObject;
  /** The fields of the query that may come several times. Their values contain no comma. */
  readonly lists?: readonly string[];
  readonly body?: z.ZodMiniType;
  /** The field of the input that gets the whole body. When left out, the body's fields are fields of the input. */
  readonly bodyAs?: string;
  /** Input that the route itself gives: `POST /deployments/{id}/pause` is the signal `pause`. */
  readonly fixed?: Readonly<Record<string, unknown>>;
  /** Finds contradictions between the path and the body. */
  readonly problems?: (input: never) => readonly FieldProblem[];
  /**
   * True for a route that takes calls off a version. It never waits, not even for another request under the same key.
   */
  readonly isRetreat?: true;
  readonly respond: (result: never) => Reply;
}

/** The caller, its access, and the Idempotency-Key of the request. */
export interface Caller {
  readonly by: string;
  readonly access: Access;
  readonly requestKey: string | null;
}

type Part<C, K extends string> = C extends Record<K, infer S extends z.ZodMiniType> ? z.output<S> : unknown;
type Sent<C, K extends string> = C extends Record<K, infer S extends z.ZodMiniType> ? z.input<S> : unknown;
type Body<C, B> = C extends { bodyAs: infer F extends string } ? Record<F, B> : B;
type Fixed<C> = C extends { fixed: infer F } ? F : unknown;

/** The input of the operation behind a route. For several routes, it is the union of their inputs. */
export type RouteInput<C> = C extends unknown
  ? Part<C, 'params'> & Part<C, 'query'> & Body<C, Part<C, 'body'>> & Fixed<C> & Caller
  : never;
/** The result of the operation behind a route. */
export type RouteResult<C extends Contract> = Parameters<C['respond']>[0];
/** The request that a user of the client sends. */
export type RequestOf<C> = Sent<C, 'params'> & Sent<C, 'query'> & Body<C, Sent<C, 'body'>>;
