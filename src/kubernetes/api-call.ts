/**
 * One call to the API server through the proxy. It returns the answer, or throws a SlipwayError that says what was
 * attempted and why it failed.
 */
import * as z from 'zod/mini';
import { isSlipwayError, SlipwayError } from '../domain/errors.ts';
import { type ApiEnd, type ApiRequest, sendRequest } from './api-request.ts';
import { answerOf, type KubectlCall, UNKNOWN_EFFECT } from './kubectl-call.ts';
import { causeOf, translateComplaint } from './kubectl-errors.ts';
import { jsonOf } from './kubectl-objects.ts';
import type { KubectlProxy } from './kubectl-proxy.ts';
import { CALL_MS, type KubectlSettings } from './run-kubectl.ts';

export interface ApiCall extends ApiRequest {
  /** What is attempted, in words that follow "Could not": `apply Deployment shop/orders`. */
  readonly what: string;
  /** Values that no message may repeat. */
  readonly secrets?: readonly string[];
  /** True when the call only reads, so that a lost answer leaves no unknown effect. */
  readonly reads?: boolean;
  /** When true, a missing object is an answer too: null. */
  readonly orNull?: boolean;
}

/** Resolves with the text of the answer. */
export type Api = (call: ApiCall) => Promise<string | null>;

/** A read may lose its proxy, find none running, and then get a new one. */
const TRIES = 3;

export function apiCalls(proxy: KubectlProxy, settings: KubectlSettings): Api {
  const { kubectl, callMs: limitMs = CALL_MS } = settings;
  return async (call) => {
    for (let tries = 1; ; tries += 1) {
      const reached = await proxy.reach();
      // Nothing was sent yet, so nothing can have taken effect.
      if ('end' in reached) throw unstarted(reached, { call: { ...asKubectlCall(call), reads: true }, kubectl });
      const end = await sendRequest({ socket: reached.socket, limitMs }, call);
      if (end.end === 'notReached') proxy.drop(reached);
      const isToRepeat = end.end === 'notReached' || (end.end === 'lost' && call.reads === true);
      if (!isToRepeat || tries >= TRIES) return answerIn(end, call);
      if (end.end === 'lost') await proxy.settle(reached);
    }
  };
}

function unstarted(
  end: Parameters<typeof answerOf>[0],
  attempt: { readonly call: KubectlCall; readonly kubectl: string },
): unknown {
  try {
    answerOf(end, attempt);
  } catch (error) {
    return error;
  }
  return new SlipwayError(
    'Transient',
    `Could not ${attempt.call.what}: kubectl ended without a word. It may work in a moment.`,
  );
}

function answerIn(end: ApiEnd, call: ApiCall): string | null {
  switch (end.end) {
    case 'answered':
      if (end.status < 300) return end.text;
      if (end.status === 404 && call.orNull === true) return null;
      throw refusal(end, call);
    case 'outOfTime': {
      const fact = `Could not ${call.what}: no answer within ${end.limitMs / 1_000} s.${effectOf(call)}`;
      throw new SlipwayError('Transient', `${fact} Check that the cluster's API server can be reached.`);
    }
    case 'tooLong': {
      const fact = `Could not ${call.what}: the answer has more than ${end.limitBytes >> 20} MB.`;
      throw new SlipwayError('Broken', `${fact} Find out what fills the namespace, and delete it.`);
    }
    case 'notReached':
    case 'lost': {
      const fact = `Could not ${call.what}: kubectl was ended from outside.`;
      const effect = end.end === 'lost' ? effectOf(call) : '';
      throw new SlipwayError(
        'Transient',
        `${fact}${effect} If it happens again, give this machine more memory.`,
        end.end === 'lost' ? { cause: causeOf(asKubectlCall(call), end.cause.message) } : {},
      );
    }
  }
}

const Status = z.looseObject({
  kind: z.literal('Status'),
  message: z.optional(z.string()),
  reason: z.optional(z.string()),
});

interface Refused {
  readonly status: number;
  readonly text: string;
}

/** In the words that kubectl itself would use, so that one translation serves both. */
function refusal({ status, text }: Refused, call: ApiCall): SlipwayError {
  const complaint = complaintIn({ status, text });
  const error = translateComplaint({ code: status, stdout: '', stderr: complaint }, asKubectlCall(call));
  if (call.reads === true || !isSlipwayError(error, 'Transient') || NOT_TAKEN.test(complaint)) return error;
  return new SlipwayError(error.name, `${error.message}${UNKNOWN_EFFECT}`, {
    cause: error.cause,
    details: error.details,
  });
}

/** The call did not reach the API server, or the API server did not start on it. */
const NOT_TAKEN = /refused|no such host|no route to host|network is unreachable|TLS handshake|TooManyRequests/;
const AWAY: ReadonlySet<number> = new Set([429, 502, 503, 504]);

function complaintIn({ status, text }: Refused): string {
  const said = Status.safeParse(jsonOf(text));
  if (said.success) {
    const { reason, message = `status ${status}` } = said.data;
    return `Error from server${reason ? ` (${reason})` : ''}: ${message}`;
  }
  // The words of the proxy itself, or of a gateway in between.
  if (AWAY.has(status)) return `Error from server (${status === 429 ? 'TooManyRequests' : 'Timeout'}): ${text}`;
  return text.trim() === '' ? `the server answered with status ${status}` : text;
}

function effectOf({ reads }: ApiCall): string {
  return reads === true ? '' : UNKNOWN_EFFECT;
}

/** For errors that name the arguments of kubectl. */
function asKubectlCall({ what, method, path, secrets = [], reads = false }: ApiCall): KubectlCall {
  return { what, args: ['proxy', method, path], secrets, reads };
}
