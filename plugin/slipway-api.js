/**
 * Slipway's API over fetch. It waits and asks again when Slipway says so. When it gives up, the error says what to do
 * next.
 */
const { setTimeout: sleep } = require('node:timers/promises');
const { Refusal } = require('./refuse.js');
const { tokenSource } = require('./token.js');

const REQUEST_MS = 30_000;
/** How long one request may be repeated before the command ends. */
const PATIENCE_MS = 120_000;
const PAUSE_MS_MAX = 20_000;
/**
 * Statuses that may pass by themselves. A 409 passes when a request with the same key is still running, and then has a
 * Retry-After.
 */
const PASSING = [429, 502, 503, 504];

/** Each call resolves with the body of an answer below 300, or throws Refusal. */
function slipwayApi({ url, token: variable, audience, patienceMs = PATIENCE_MS }) {
  const tokens = tokenSource({ variable, audience });
  const ask = async (request) => {
    const until = Date.now() + patienceMs;
    let renewed = false;
    for (let tries = 0; ; tries += 1) {
      const answer = await once({ ...request, url, token: await tokens.read() });
      if (answer.status >= 200 && answer.status < 300) return answer.body;
      if (answer.status === 401 && !renewed && tokens.forget()) {
        renewed = true;
        continue;
      }
      const pauseMs = pauseAfter(answer, tries);
      if (pauseMs === null || Date.now() + pauseMs > until) throw refusal(answer, { ...request, url, variable });
      await sleep(pauseMs);
    }
  };
  return {
    get: (path) => ask({ method: 'GET', path }),
    put: (path, { body }) => ask({ method: 'PUT', path, body }),
    /** With the key, Slipway recognises a request that is repeated after a lost answer. */
    post: (path, { body, key }) => ask({ method: 'POST', path, body, key }),
  };
}

async function once({ url, method, path, body, key, token }) {
  const headers = {
    accept: 'application/json',
    ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    ...(key === undefined ? {} : { 'idempotency-key': key }),
    ...(token === null ? {} : { authorization: `Bearer ${token}` }),
  };
  const sent = body === undefined ? {} : { body: JSON.stringify(body) };
  try {
    const signal = AbortSignal.timeout(REQUEST_MS);
    const response = await fetch(`${url}${path}`, { method, headers, signal, ...sent });
    const text = await response.text();
    return { status: response.status, body: parsed(text), retryAfter: response.headers.get('retry-after') };
  } catch (cause) {
    return { status: 0, body: {}, retryAfter: null, cause };
  }
}

/** Returns null when a repeat would not help. */
function pauseAfter({ status, retryAfter }, tries) {
  const asked = retryAfter === null ? null : Number(retryAfter) * 1_000;
  if (!PASSING.includes(status) && status !== 0 && !(status === 409 && asked !== null)) return null;
  if (asked !== null && Number.isFinite(asked)) return Math.max(asked, 100);
  return Math.min(500 * 2 ** tries, PAUSE_MS_MAX);
}

function refusal({ status, body, cause }, { url, method, path, variable }) {
  if (status === 0) {
    const why = cause?.cause?.code ?? cause?.cause?.message ?? cause?.name;
    const next = 'See that it runs, and that custom.slipway.url is right.';
    return new Refusal(`Slipway at ${url} cannot be reached (${why}). ${next}`, { status });
  }
  if (status === 401) {
    const next = `Set ${variable} to a token of Slipway, or let the job ask GitHub for one (permissions: id-token: write).`;
    return new Refusal(`Slipway at ${url} wants a token that it knows. ${next}`, { status });
  }
  const detail = typeof body.detail === 'string' ? body.detail : `${method} ${path} answered ${status}.`;
  return new Refusal(detail, { status, findings: Array.isArray(body.findings) ? body.findings : [] });
}

function parsed(text) {
  try {
    return JSON.parse(text) ?? {};
  } catch {
    return {};
  }
}

module.exports = { slipwayApi };
