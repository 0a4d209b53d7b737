/**
 * Serves the API without API Gateway: it turns HTTP requests into the events that API Gateway would send to the same
 * handlers. It adds what the gateway does: it matches routes, answers CORS, limits the size of bodies, and closes in
 * order.
 */
import { isUtf8 } from 'node:buffer';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import type { Method } from '../../api/route/contract.ts';
import { type ProblemFacts, problemReply } from '../../api/route/problem.ts';
import { SlipwayError } from '../../domain/errors.ts';
import type { HttpHandler } from '../../functions/http-route.ts';
import type { RequestAuthorizer } from '../../functions/request-authorizer.ts';
import { loggedError, type WriteLog, writeLog } from '../../functions/request-log.ts';
import { corsHeaders, preflightHeaders } from './cors.ts';
import { listening } from './free-port.ts';
import { gatewayEvent, newRequestId } from './gateway-event.ts';
import { localCaller } from './local-callers.ts';
import { refuseForeign, targetOf } from './local-request.ts';
import { readBody } from './read-body.ts';
import { matchRoute } from './route-match.ts';
import { sentTwice } from './sent-twice.ts';

const LOOPBACK = ['127.0.0.1', '::1', 'localhost'];

export interface ServerRoute {
  readonly method: Method;
  readonly path: string;
  readonly handle: HttpHandler;
}

export interface ApiServerOptions {
  readonly routes: readonly ServerRoute[];
  /** A sentence when writes have to wait, and null when they may go on. */
  readonly refuseWrites?: (() => string | null) | undefined;
  /** 0 means any free port. */
  readonly port: number;
  /** The address to listen on. When left out, only this machine can call. */
  readonly host?: string;
  /** Origins whose pages may call; `*` for all. None by default. */
  readonly corsOrigins?: readonly string[];
  /** Without an authorizer, requests for other hosts than localhost, 127.0.0.1, [::1] and these are refused. */
  readonly hostNames?: readonly string[] | undefined;
  /**
   * Finds who calls, as the authorizer of API Gateway does. When left out, every caller on the loopback address is an
   * admin: `local`, or the local person that its token names.
   */
  readonly authorize?: RequestAuthorizer | undefined;
  readonly log?: WriteLog;
}

export interface ApiServer {
  readonly port: number;
  /** Answers the requests in progress, accepts no new ones, and resolves when the last connection is closed. */
  close(): Promise<void>;
}

/**
 * Resolves when the server listens. Throws Conflict when the port is taken, and InvalidRequest when the server would be
 * open to other machines without an authorizer.
 */
export async function apiServer(options: ApiServerOptions): Promise<ApiServer> {
  refuseToBeOpen(options);
  const server = createServer((request, response) => {
    const isClosing = () => !server.listening;
    void serve(options, { request, response, isClosing });
  });
  server.requestTimeout = 30_000;
  await listening(server, options);
  return {
    port: (server.address() as AddressInfo).port,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeIdleConnections();
        // A client that keeps its connection open must not delay the end without limit.
        setTimeout(() => server.closeAllConnections(), 5_000).unref();
      }),
  };
}

function refuseToBeOpen({ host = '127.0.0.1', authorize }: ApiServerOptions): void {
  if (authorize !== undefined || LOOPBACK.includes(host)) return;
  const fact = `Without an authorizer, everybody who reaches ${host} could deploy.`;
  throw new SlipwayError('InvalidRequest', `${fact} Set OIDC_ISSUERS and TOKEN_AUDIENCE, or listen on 127.0.0.1.`);
}

interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly isClosing: () => boolean;
}

async function serve(options: ApiServerOptions, { request, response, isClosing }: Exchange): Promise<void> {
  const requestId = newRequestId();
  try {
    const answer = await answerTo(options, { request, requestId });
    // Otherwise the client keeps a connection to a server that accepts no new requests, or goes on with a body that nobody reads.
    if (isClosing() || !request.complete) response.shouldKeepAlive = false;
    send(response, { ...answer, headers: { ...answer.headers, ...corsHeaders(request, options.corsOrigins ?? []) } });
  } catch (error) {
    // The client disconnected before the end of its own request, so there is no one to answer.
    if (request.destroyed && !request.complete) return;
    (options.log ?? writeLog)({
      level: 'error',
      message: 'request broke',
      requestId,
      durationMs: 0,
      error: loggedError(error),
    });
    send(
      response,
      problem({
        status: 500,
        detail: `Something broke inside Slipway. Its log says what, under the id ${requestId}.`,
        requestId,
      }),
    );
  }
}

async function answerTo(
  options: ApiServerOptions,
  { request, requestId }: { request: IncomingMessage; requestId: string },
): Promise<APIGatewayProxyStructuredResultV2> {
  const { routes, corsOrigins = [], authorize } = options;
  // Read first, also for a request that is refused: a body without an end is cut off.
  const body = await readBody(request);
  const refusal = refusalOf(options, request);
  if (refusal !== null) return problem({ ...refusal, requestId });
  const { path: url } = targetOf(request.url ?? '/');
  const path = url.split('?', 1)[0] ?? '/';
  const asked = request.method ?? 'GET';
  const match = matchRoute(routes, { method: asked === 'HEAD' ? 'GET' : asked, path });
  if (match.kind === 'noPath') {
    return problem({
      status: 404,
      detail: `There is nothing at ${path}. The routes are listed in /openapi.json.`,
      requestId,
    });
  }
  if (match.kind === 'badPath') {
    return problem({
      status: 400,
      detail: 'The path has a percent sign that encodes nothing. Encode it as %25.',
      requestId,
    });
  }
  if (match.kind === 'noMethod') {
    const allow = [...match.allowed, 'OPTIONS'].join(', ');
    if (asked === 'OPTIONS')
      return { statusCode: 204, headers: { allow, ...preflightHeaders(request, { corsOrigins, allow }) } };
    return problem({ status: 405, detail: `${path} takes ${allow}, not ${asked}.`, requestId, headers: { allow } });
  }
  const waits = match.route.method === 'GET' ? null : (options.refuseWrites?.() ?? null);
  if (waits !== null) return problem({ status: 503, detail: waits, requestId, headers: { 'retry-after': '5' } });
  if (body === 'tooLarge') {
    const detail =
      'The body is larger than 1 MB, and 256 KB are the most. Send less; code goes to S3, not into the request.';
    return problem({ status: 413, detail, requestId, headers: { connection: 'close' } });
  }
  const event = gatewayEvent({
    request,
    url,
    requestId,
    routeKey: `${match.route.method} ${match.route.path}`,
    pathParameters: match.parameters,
    body: isUtf8(body)
      ? { text: body.toString('utf8'), isBase64Encoded: false }
      : { text: body.toString('base64'), isBase64Encoded: true },
  });
  return match.route.handle(await authorized(event, authorize));
}

/** With an authorizer, a page without a token gets no further than any other caller. */
function refusalOf({ authorize, hostNames = [], corsOrigins = [] }: ApiServerOptions, request: IncomingMessage) {
  const twice = sentTwice(request);
  if (twice !== null) {
    const detail = `The request has the header ${twice} more than once, so it does not say which one is meant. Send it once.`;
    return { status: 400, detail, headers: { connection: 'close' } };
  }
  if (authorize !== undefined) return null;
  return refuseForeign(request, { hostNames, corsOrigins });
}

async function authorized(
  event: APIGatewayProxyEventV2,
  authorize: RequestAuthorizer | undefined,
): Promise<APIGatewayProxyEventV2> {
  const context = authorize ? (await authorize(event)).context : localCaller(event.headers.authorization);
  const requestContext = { ...event.requestContext, authorizer: { lambda: context } };
  return { ...event, requestContext } as APIGatewayProxyEventV2;
}

function problem(facts: ProblemFacts): APIGatewayProxyStructuredResultV2 {
  const { status, headers, body } = problemReply(facts);
  return {
    statusCode: status,
    headers: { 'cache-control': 'no-store', ...headers },
    body: `${JSON.stringify(body)}\n`,
  };
}

function send(
  response: ServerResponse,
  { statusCode, headers, body, isBase64Encoded }: APIGatewayProxyStructuredResultV2,
): void {
  const content = Buffer.from(body ?? '', isBase64Encoded ? 'base64' : 'utf8');
  const length = statusCode === 204 ? {} : { 'content-length': String(content.length) };
  response.writeHead(statusCode ?? 200, { ...length, ...(headers as Record<string, string>) });
  response.end(content);
}
