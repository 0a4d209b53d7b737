/** Shows a watch where there is no terminal: a line for each change with its time, or an object for each. */
import { clockTime } from '../print/times.ts';
import { entryWords } from './entry-words.ts';
import type { Face, FaceOrder } from './face.ts';
import type { Seen } from './seen.ts';

export function linesFace(order: FaceOrder): Face {
  const { terminal, clock } = order;
  const line = (at: string, text: string) => terminal.write(`${clockTime(at)}  ${text}\n`);
  const now = () => new Date(clock.now()).toISOString();
  return changesFace(order, {
    entry: (entry) => line(entry.at, entryWords(entry)),
    silent: (because) => line(now(), `no answer: ${because} Trying again.`),
    back: () => line(now(), 'there is an answer again'),
  });
}

export function jsonFace(order: FaceOrder): Face {
  const { terminal, clock, id: deployment } = order;
  const write = (value: object) => terminal.write(`${JSON.stringify(value)}\n`);
  const at = () => new Date(clock.now()).toISOString();
  return changesFace(order, {
    entry: (entry) => write({ type: 'entry', deployment, ...entry }),
    silent: (because) => write({ type: 'noAnswer', deployment, at: at(), because }),
    back: () => write({ type: 'answerAgain', deployment, at: at() }),
  });
}

interface Changes {
  readonly entry: (entry: Seen['deployment']['timeline'][number]) => void;
  readonly silent: (because: string) => void;
  readonly back: () => void;
}

function changesFace({ terminal, leave }: FaceOrder, { entry, silent, back }: Changes): Face {
  const unlisten = terminal.onLeave(leave);
  let told = 0;
  let isSilent = false;
  return {
    show({ deployment }) {
      if (isSilent) back();
      isSilent = false;
      for (const one of deployment.timeline.filter(({ sequence }) => sequence > told)) {
        entry(one);
        told = one.sequence;
      }
    },
    trouble({ because }) {
      if (!isSilent) silent(because);
      isSilent = true;
    },
    close: unlisten,
  };
}
