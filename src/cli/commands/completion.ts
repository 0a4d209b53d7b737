/** `slipway completion SHELL`: the completion script of a shell, made from the declarations. */
import type { Declaration } from '../arguments/declaration.ts';
import { withArguments } from '../arguments/read-arguments.ts';
import { bashCompletion } from '../completion/bash.ts';
import { completedCommands } from '../completion/completed-commands.ts';
import { fishCompletion } from '../completion/fish.ts';
import { zshCompletion } from '../completion/zsh.ts';
import { COMPLETION } from '../declarations/session.ts';

const SCRIPTS = { bash: bashCompletion, zsh: zshCompletion, fish: fishCompletion } as const;

export interface CompletionOrder {
  readonly args: readonly string[];
  readonly declarations: readonly Declaration[];
  readonly print?: (text: string) => void;
}

export function completion({ args, declarations, print = console.log }: CompletionOrder): Promise<number> {
  return withArguments(COMPLETION, {
    args,
    print,
    async run({ words: [shell] }) {
      print(SCRIPTS[shell as keyof typeof SCRIPTS](completedCommands(declarations)));
      return 0;
    },
  });
}
