/** Asks a person before something is changed. */
import { createInterface } from 'node:readline/promises';

export type Ask = (question: string) => Promise<string>;

/** Null without a terminal: nobody can answer then. */
export const terminalAsk: Ask | null = process.stdin.isTTY === true ? askAtTerminal : null;

/** Without anybody to ask, the answer is no. */
export async function isAgreed(ask: Ask | null): Promise<boolean> {
  if (ask === null) return false;
  return /^y(es)?$/i.test((await ask('\nDo it? [y/N] ')).trim());
}

async function askAtTerminal(question: string): Promise<string> {
  const terminal = createInterface({ input: process.stdin, output: process.stdout });
  try {
    return await terminal.question(question);
  } finally {
    terminal.close();
  }
}
