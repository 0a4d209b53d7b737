/**
 * Refuses requests that a web page may have sent, on a server without an authorizer. A page that rebinds its own name to
 * 127.0.0.1 is found by its Host; a page of another origin is found by what the browser says about it.
 */
import type { IncomingMessage } from 'node:http';
import type { ProblemFacts } from '../../api/route/problem.ts';

const LOCAL_NAMES = ['localhost', '127.0.0.1', '[::1]'];
/** Probes use the address of a pod or a container as Host. These two answers tell nothing about any service. */
const PROBES = ['/health', '/ready'];
/** What a browser says about a request of its user, or of a page of this server. */
const OWN_SITES = ['none', 'same-origin'];

export interface LocalRules {
  /** Names, besides those of the loopback address, under which callers may reach the server. */
  readonly hostNames: readonly string[];
  /** Origins whose pages may call; `*` for all. */
  readonly corsOrigins: readonly string[];
}

export type Refusal = Pick<ProblemFacts, 'status' | 'detail'>;

/** Returns null for a request that may be answered. */
export function refuseForeign(request: IncomingMessage, { hostNames, corsOrigins }: LocalRules): Refusal | null {
  const { authority, path } = targetOf(request.url ?? '/');
  if (PROBES.includes(path.split('?', 1)[0] ?? '')) return null;
  const asked = [...hostsOf(request), ...(authority === null ? [] : [authority])];
  const allowed = [...LOCAL_NAMES, ...hostNames.map((name) => nameIn(name) ?? name)];
  const foreign = asked.find((host) => !allowed.includes(nameIn(host) ?? ''));
  if (asked.length === 0 || foreign !== undefined) return misdirected(foreign);
  return isFromOtherPage(request, corsOrigins) ? CROSS_SITE : null;
}

/** `GET http://localhost:4000/health HTTP/1.1` names a second host. Servers must accept this form of a target. */
export function targetOf(url: string): { readonly authority: string | null; readonly path: string } {
  const [, authority, path = ''] = /^https?:\/\/([^/?#]*)(.*)$/is.exec(url) ?? [];
  if (authority === undefined) return { authority: null, path: url };
  return { authority, path: path.startsWith('/') ? path : `/${path}` };
}

/** Node shows only the first Host in `headers`. */
function hostsOf({ rawHeaders }: IncomingMessage): string[] {
  return rawHeaders.filter((_, index) => rawHeaders[index - 1]?.toLowerCase() === 'host' && index % 2 === 1);
}

/** Returns the name of a host in its usual form, without port and without the last dot; null when it is none. */
function nameIn(host: string): string | null {
  if (!/^(\[[\da-f:.]+\]|[\w.-]+)(:\d*)?$/i.test(host)) return null;
  const url = URL.parse(`http://${host}`);
  return url === null ? null : url.hostname.replace(/\.$/, '');
}

/**
 * Sec-Fetch-Site also calls pages of another port of this machine foreign (`same-site`): a form there needs no
 * permission to post. Browsers without that header send an Origin with every POST.
 */
function isFromOtherPage({ method, headers }: IncomingMessage, corsOrigins: readonly string[]): boolean {
  const { origin } = headers;
  // A preflight changes nothing, and its answer says which origins may call.
  if (method === 'OPTIONS') return false;
  if (origin !== undefined && (corsOrigins.includes('*') || corsOrigins.includes(origin))) return false;
  const site = headers['sec-fetch-site'];
  if (site !== undefined && !OWN_SITES.includes(String(site).toLowerCase())) return true;
  return origin !== undefined && origin.toLowerCase() !== `http://${headers.host}`.toLowerCase();
}

const CROSS_SITE: Refusal = {
  status: 403,
  detail:
    'A page of another site sent this request, and without tokens no page may act for you. Call from a terminal, or set OIDC_ISSUERS so that callers need tokens.',
};

function misdirected(host: string | undefined): Refusal {
  const fact =
    host === undefined
      ? 'The request names no Host.'
      : `The request is for the host ${host}, and this server answers only for this machine.`;
  return {
    status: 421,
    detail: `${fact} Use localhost or 127.0.0.1, or start Slipway with --host-name and the name that you use.`,
  };
}
