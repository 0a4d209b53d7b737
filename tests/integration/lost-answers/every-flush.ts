/**
 * Loses every flush of an operation, each in its own scene, several scenes at a time. A flush that leaves something
 * written is lost in every way. After any other flush the server has nothing, however the flush was lost, so these take
 * the ways in turn. EVERY_WAY=1 takes all ways.
 */
import type { Lane } from './a-lane.ts';
import type { Operation } from './operation.ts';
import { type Played, play } from './play.ts';
import { type Fault, WAYS, type Way } from './postgres-proxy.ts';
import { differences } from './what-happened.ts';

export interface Found {
  /** The number of scenes in which a flush was lost. */
  readonly struck: number;
  /** One line for each fault after which an invariant is broken. */
  readonly faults: readonly string[];
}

export async function everyFlush(lanes: readonly Lane[], operation: Operation): Promise<Found> {
  const [first] = lanes as [Lane, ...Lane[]];
  const whole = await play(first, { operation, fault: null });
  if (whole.complaints.length > 0) return { struck: 0, faults: [`without a fault: ${whole.complaints.join(' ')}`] };
  const faults = faultsOf(whole);
  const found: string[] = [];
  let struck = 0;
  const work = async (lane: Lane): Promise<void> => {
    for (let fault = faults.shift(); fault !== undefined; fault = faults.shift()) {
      const played = await play(lane, { operation, fault });
      if (played.hasStruck) struck += 1;
      const wrong = whatIsWrong(whole, played);
      if (wrong !== '') found.push(`${inWords(fault)}: ${wrong}`);
    }
  };
  await Promise.all(lanes.map(work));
  return { struck, faults: found };
}

function faultsOf({ flushes, lasting }: Played): Fault[] {
  const isWhole = process.env.EVERY_WAY !== undefined;
  const numbers = Array.from({ length: flushes }, (_, nth) => nth + 1);
  return numbers.flatMap((flush) => {
    const turn = WAYS[flush % WAYS.length] as Way;
    return (isWhole || lasting.has(flush) ? WAYS : [turn]).map((way) => ({ flush, way }));
  });
}

function inWords({ flush, way }: Fault): string {
  return `flush ${flush}, ${way}`;
}

function whatIsWrong(whole: Played, { complaints, happened }: Played): string {
  const others = happened === null ? [] : differences(whole.happened ?? {}, happened);
  return [...complaints, ...others].join(' ');
}
