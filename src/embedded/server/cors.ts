/** Cross-origin rules as in `httpApi.cors` of serverless.yml: no origin may call unless it is named. */
import type { IncomingMessage } from 'node:http';

export function corsHeaders(
  { headers: { origin } }: IncomingMessage,
  corsOrigins: readonly string[],
): Record<string, string> {
  if (corsOrigins.length === 0 || origin === undefined) return {};
  const vary = { vary: 'origin' };
  if (!isAllowed(origin, corsOrigins)) return vary;
  return {
    ...vary,
    'access-control-allow-origin': corsOrigins.includes('*') ? '*' : origin,
    'access-control-expose-headers': 'location, retry-after, idempotency-replayed',
  };
}

/** Answers the preflight request that a browser sends before its call. */
export function preflightHeaders(
  { headers: { origin } }: IncomingMessage,
  { corsOrigins, allow }: { corsOrigins: readonly string[]; allow: string },
): Record<string, string> {
  if (origin === undefined || !isAllowed(origin, corsOrigins)) return {};
  return {
    'access-control-allow-methods': allow,
    'access-control-allow-headers': 'authorization, content-type, idempotency-key',
    'access-control-max-age': '600',
  };
}

function isAllowed(origin: string, corsOrigins: readonly string[]): boolean {
  return corsOrigins.includes('*') || corsOrigins.includes(origin);
}
