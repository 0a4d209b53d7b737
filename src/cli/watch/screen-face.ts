/** Shows a watch on a screen, and turns keys into calls. */
import { isSlipwayError } from '../../domain/errors.ts';
import { inCommands } from '../print/command-words.ts';
import { explanationLines } from '../print/explanation-lines.ts';
import { visibleAnswer } from '../print/visible.ts';
import type { Face, FaceOrder } from './face.ts';
import { cut, widthOf } from './fitted.ts';
import { pressed, type Question, send } from './keys.ts';
import { coloured, plain } from './paint.ts';
import { screenLines } from './screen-lines.ts';
import type { Seen, Trouble } from './seen.ts';

/** The time that is left is counted down between two looks. */
const DRAW_MS = 1_000;

interface View {
  seen: Seen | null;
  trouble: Trouble | null;
  question: Question | null;
  note: string | null;
  explains: boolean;
}

export function screenFace({ client, id, clock, terminal, leave, look }: FaceOrder): Face {
  const view: View = { seen: null, trouble: null, question: null, note: null, explains: false };
  const draw = () => terminal.draw(linesOf(view, { now: clock.now(), terminal }));
  const act = async (question: Question) => {
    view.note = `${question.act}: sending`;
    try {
      await send(client, { id, question });
      view.note = `${question.act}: recorded. It takes effect in a moment.`;
    } catch (error) {
      if (!isSlipwayError(error)) throw error;
      view.note = visibleAnswer(inCommands(error.message));
    }
    look();
    draw();
  };
  const onKey = (key: string) => {
    if (view.seen === null) return void (['q', '\u0003'].includes(key) && leave());
    const answer = pressed(key, { shown: view.seen.deployment, question: view.question });
    const isShown = view.explains && answer.do !== 'quit';
    view.question = null;
    view.explains = !isShown && answer.do === 'explain';
    if (answer.do === 'ask') view.question = answer.question;
    if (answer.do === 'send') void act(answer.question);
    if (answer.do === 'quit') leave();
    draw();
  };
  const restore = terminal.begin({ onKey, onResize: draw, onLeave: leave });
  const timer = setInterval(draw, DRAW_MS);
  return {
    show(seen) {
      view.seen = seen;
      view.trouble = null;
      draw();
    },
    trouble(trouble) {
      view.trouble = trouble;
      draw();
    },
    close() {
      clearInterval(timer);
      restore();
    },
  };
}

interface DrawOrder extends Pick<FaceOrder, 'terminal'> {
  readonly now: number;
}

function linesOf({ seen, trouble, question, note, explains }: View, { now, terminal }: DrawOrder): string[] {
  const { columns, rows } = terminal.size();
  if (seen === null)
    return [cut(trouble === null ? 'Looking ...' : `${visibleAnswer(trouble.because)} Trying again ...`, columns)];
  if (explains && seen.evidence !== null) {
    const lines = explanationLines(seen.evidence, { width: columns, now, withPeriods: false });
    const room =
      lines.length > rows ? [...lines.slice(0, rows - 1), `All of it: slipway explain ${seen.deployment.id}`] : lines;
    return room.map((line) => (widthOf(line) > columns ? cut(line, columns) : line));
  }
  const paint = terminal.hasColours() ? coloured : plain;
  return screenLines(seen, { columns, rows, now, paint, question, note });
}
