/** What a key does in a watch: it asks one question, and a y sends the call. */
import type { SlipwayClient } from '../../api/client.ts';
import type { Shown } from './seen.ts';

/** The calls that a key can make, with its letter. */
const KEYS = {
  p: 'promote',
  a: 'abort',
  u: 'pause',
  r: 'resume',
  s: 'skip',
  v: 'approve',
} as const;

type Letter = keyof typeof KEYS;
export type Act = (typeof KEYS)[Letter];

/** In the words of the last line: the letter of the key stands in brackets. */
const LABELS: Readonly<Record<Act, string>> = {
  promote: '[p]romote',
  abort: '[a]bort',
  pause: 'pa[u]se',
  resume: '[r]esume',
  skip: '[s]kip',
  approve: 'appro[v]e',
};

export interface Question {
  readonly act: Act;
  /** The effect in figures. */
  readonly text: string;
  /** The step that the person saw; left out for an abort, which holds at any step. */
  readonly step?: number;
}

export type Pressed =
  | { readonly do: 'ask'; readonly question: Question }
  | { readonly do: 'send'; readonly question: Question }
  | { readonly do: 'drop' }
  | { readonly do: 'explain' }
  | { readonly do: 'quit' }
  | { readonly do: 'nothing' };

/** Only what can be done now is offered. */
export function openActs({ actions = [] }: Pick<Shown, 'actions'>): readonly Act[] {
  return Object.values(KEYS).filter((act) => actions.some((one) => one.do === act));
}

export function keyLabels(shown: Pick<Shown, 'actions'>): string[] {
  return [...openActs(shown).map((act) => LABELS[act]), '[e]xplain', '[q]uit'];
}

export function pressed(key: string, state: { readonly shown: Shown; readonly question: Question | null }): Pressed {
  const { shown, question } = state;
  if (key === '\u0003') return { do: 'quit' };
  if (question !== null) return key === 'y' || key === 'Y' ? { do: 'send', question } : { do: 'drop' };
  if (key === 'q' || key === 'Q') return { do: 'quit' };
  if (key === 'e' || key === 'E') return { do: 'explain' };
  const act = KEYS[key.toLowerCase() as Letter];
  if (act === undefined || !openActs(shown).includes(act)) return { do: 'nothing' };
  return { do: 'ask', question: questionFor(act, shown) };
}

function questionFor(act: Act, shown: Shown): Question {
  const step = shown.step?.number;
  const text = effectOf(act, shown);
  return step === undefined || act === 'abort' ? { act, text } : { act, text, step };
}

function effectOf(act: Act, { atPercent, canary, stable, step }: Shown): string {
  const next = canary ?? 'the new version';
  const left = step == null ? 0 : step.of - step.number;
  switch (act) {
    case 'promote':
      return `Promote: ${next} gets 100 % of the calls now, in place of ${atPercent} %; ${left} later steps are left out.`;
    case 'abort':
      return `Abort: ${stable ?? 'the version before'} gets all calls back; ${next} has ${atPercent} % now.`;
    case 'pause':
      return `Pause: ${next} stays at ${atPercent} % until you resume. Alarms still roll it back.`;
    case 'resume':
      return `Resume: the rollout goes on from ${atPercent} %.`;
    case 'skip':
      return `Skip: ${step?.inWords ?? 'this step'} ends now, at ${atPercent} %.`;
    case 'approve':
      return `Approve step ${step?.number ?? '?'} of ${step?.of ?? '?'}: the rollout goes on from ${atPercent} %.`;
  }
}

const CALLS = {
  promote: 'promoteDeployment',
  abort: 'abortDeployment',
  pause: 'pauseDeployment',
  resume: 'resumeDeployment',
  skip: 'skipDeployment',
  approve: 'approveDeployment',
} as const satisfies Record<Act, keyof SlipwayClient>;

export async function send(client: SlipwayClient, { id, question }: { id: string; question: Question }): Promise<void> {
  const { act, step } = question;
  const request = { id, reason: 'asked for in slipway watch', ...(step === undefined ? {} : { step }) };
  await client[CALLS[act]](request);
}
