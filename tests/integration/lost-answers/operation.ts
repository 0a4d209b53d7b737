/** One operation that writes, the scene in which it is called, and how it is repeated when its answer is lost. */
import type { Contract } from '../../../src/api/route/contract.ts';
import type { Answer, Request, World, WorldOrder } from './a-world.ts';
import type { Fault } from './postgres-proxy.ts';

export interface Operation extends WorldOrder {
  /** The name of the contract, or the key of the function in serverless.yml. */
  readonly name: string;
  /** The scene, for an operation with several: `promoteDeployment, while it bakes`. */
  readonly scene: string;
  /** How long the work lasts after the repeat. Without this field it is ten seconds. */
  readonly doneWithinMs?: number;
  /** Sets the scene. The returned function calls the operation under a fault, and repeats it. */
  prepare(world: World): Promise<(fault: Fault | null) => Promise<void>>;
}

export interface Called {
  readonly contract: Contract;
  readonly params?: Request['params'];
  readonly body?: object;
  readonly by?: string;
  /** The status that a repeat may answer instead of a success. */
  readonly orElse?: number;
}

const KEY = 'the key of this request';
/** The number of repeats of a patient client in ten seconds. After that time everything has to be done. */
const REPEATS_MAX = 5;

/**
 * Sends the request through the proxy and repeats it as the answer advises. It repeats at once on a 5xx, and after
 * Retry-After on a 409 with that header.
 */
export function asked(world: World, { contract, params, body, by, orElse }: Called) {
  const { method, path } = contract;
  const request: Request = {
    ...{ method, path, body },
    ...(params && { params }),
    ...(by && { by }),
    ...(method === 'POST' && { key: KEY }),
  };
  return async (fault: Fault | null): Promise<void> => {
    await world.driven(world.request(world.struckPorts(fault), request));
    for (let repeats = 1; ; repeats += 1) {
      const answer = await world.driven(world.request(world.ports, request));
      if (answer.status < 400 || answer.status === orElse) return;
      const waitMs = Number(answer.headers['retry-after'] ?? 0) * 1_000;
      if (repeats === REPEATS_MAX || (answer.status < 500 && waitMs === 0)) throw new Error(inWords(answer));
      await world.pass(waitMs);
    }
  };
}

/** Sends a request over a healthy connection, to set a scene. */
export async function done(world: World, { contract, params, body, by }: Called): Promise<string> {
  const { method, path } = contract;
  const request = { method, path, body, ...(params && { params }), ...(by && { by }) };
  const answer = await world.driven(world.request(world.ports, request));
  if (answer.status >= 400) throw new Error(inWords(answer));
  return answer.body.id ?? '';
}

function inWords({ status, body }: Answer): string {
  return `${status} ${body.detail}`;
}
