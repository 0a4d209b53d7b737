/** Reads the commands of a page of docs/, and what the page shows that they print. */
import { execFile } from 'node:child_process';

export interface PageBlock {
  readonly title: string;
  readonly commands: string;
  /** The lines that the page shows below the commands. `...` is for lines that it leaves out. */
  readonly shown: readonly string[];
}

/** Each block of `sh`, with the block of `text` that stands directly below it. */
export function pageBlocks(page: string): PageBlock[] {
  const blocks = [...page.matchAll(/```sh\n([\s\S]*?)```(?:\n\n```text\n([\s\S]*?)```)?/g)];
  return blocks.map(([, commands = '', shown = ''], index) => ({
    title: `${index + 1}: ${commands.split('\n')[0]}`,
    commands,
    shown: shown.split('\n').filter((line) => line.trim() !== '' && line.trim() !== '...'),
  }));
}

/** `COMMAND # ends with 2` must end with 2, and any other command with 0. */
export function asScript(commands: string): string {
  const checked = commands.replace(
    /^(.*?)\s+# ends with (\d+)$/gm,
    (_, command: string, code: string) =>
      `ended=0; ${command} || ended=$?; test $ended -eq ${code} || { echo "It ended with $ended, and not with ${code}."; exit 99; }`,
  );
  return `set -euo pipefail\n${checked}`;
}

/** Returns the shown lines that were not printed, in their order. Times, ids and figures may differ. */
export function notPrinted({
  shown,
  output,
}: {
  readonly shown: readonly string[];
  readonly output: string;
}): string[] {
  let rest = output.split('\n').map(withoutFigures);
  return shown.filter((line) => {
    const at = rest.indexOf(withoutFigures(line));
    if (at >= 0) rest = rest.slice(at + 1);
    return at < 0;
  });
}

function withoutFigures(line: string): string {
  return line
    .replace(/dep-[a-z0-9]+/g, 'ID')
    .replace(/\d+(\.\d+)?/g, '#')
    .replace(/\b(second|minute)s?\b/g, '$1')
    .replace(/\s+/g, ' ')
    .trim();
}

/** Resolves with all that a script has printed, and its exit code. */
export function runScript(
  script: string,
  { cwd, env }: { readonly cwd: string; readonly env: NodeJS.ProcessEnv },
): Promise<{ readonly code: number; readonly output: string }> {
  return new Promise((resolve) => {
    execFile('bash', ['-c', `exec 2>&1\n${script}`], { cwd, env }, (error, stdout) => {
      resolve({ code: error === null ? 0 : Number(error.code), output: stdout });
    });
  });
}
