/** One operation that writes, the scene that it is called in, and how it is repeated when its answer is lost. */
import type { Contract } from '../../../src/api/route/contract.ts';
import type { Answer, Request, World, WorldOrder } from './a-world.ts';
import type { Fault } from './postgres-proxy.ts';

export interface Operation extends WorldOrder {
  /** The name of the contract, or the function's key in serverless.yml. */
  readonly name: string;
  /** In which scene, where there are several: `promoteDeployment, while it bakes`. */
  readonly scene: string;
  /** How long the work lasts after the repeat; left out, ten seconds are enough. */
  readonly doneWithinMs?: number;
  /** Sets the scene. What it returns asks for the operation under a fault, and repeats it. */
  prepare(world: World): Promise<(fault: Fault | null) => Promise<void>>;
}

export interface Called {
  readonly contract: Contract;
  readonly params?: Request['params'];
  readonly body?: object;
  readonly by?: string;
  /** What a repeat may answer beside a success. */
  readonly orElse?: number;
}

const KEY = 'the key of this request';
/** As often as a patient client repeats, in the ten seconds after which everything has to be done. */
const REPEATS_MAX = 5;

/** Asks through the proxy, and repeats as the answer advises: at once on a 5xx, and after Retry-After on a 409 that has one. */
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

/** Asks over a healthy connection, to set a scene. */
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
