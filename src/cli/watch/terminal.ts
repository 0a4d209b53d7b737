/**
 * The terminal of a watch: the screen beside the scrollback, raw keys, and its size. Whatever ends the process, the
 * terminal is left as it was.
 */
import { terminalText, writeControls } from '../print/terminal.ts';

export interface Listener {
  readonly onKey: (key: string) => void;
  readonly onResize: () => void;
  /** Ctrl-C, or the end of the terminal. */
  readonly onLeave: () => void;
}

export interface Terminal {
  readonly write: (text: string) => void;
  /** Draws these lines over the second screen. Characters of theirs that control a terminal are shown as escapes. */
  readonly draw: (lines: readonly string[]) => void;
  /** 80 columns and 24 rows where there is no terminal. */
  readonly size: () => { readonly columns: number; readonly rows: number };
  readonly hasColours: () => boolean;
  /** Begins the second screen, with keys. Returns what restores the terminal. */
  readonly begin: (listener: Listener) => () => void;
  /** Only listens to Ctrl-C. Returns what stops that. */
  readonly onLeave: (leave: () => void) => () => void;
}

const SEQUENCES = { begin: '\u001b[?1049h\u001b[?25l', end: '\u001b[?25h\u001b[?1049l' } as const;
const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

export function processTerminal({ stdin, stdout }: Pick<NodeJS.Process, 'stdin' | 'stdout'>): Terminal {
  const write = (text: string) => void stdout.write(text);
  const control = (text: string) => writeControls(stdout, text);
  return {
    write,
    draw: (lines) => control(frame(lines)),
    size: () => ({ columns: stdout.columns ?? 80, rows: stdout.rows ?? 24 }),
    hasColours: () => stdout.isTTY === true && stdout.getColorDepth() > 1,
    begin({ onKey, onResize, onLeave }) {
      const onData = (data: Buffer) => onKey(data.toString());
      const restore = () => control(SEQUENCES.end);
      stdin.setRawMode?.(true);
      stdin.on('data', onData);
      stdin.resume();
      stdout.on('resize', onResize);
      // A crash must not leave the terminal on the second screen, without a cursor.
      process.once('exit', restore);
      const unlisten = listenToLeave(onLeave);
      control(SEQUENCES.begin);
      return () => {
        process.off('exit', restore);
        unlisten();
        stdout.off('resize', onResize);
        stdin.off('data', onData);
        stdin.setRawMode?.(false);
        stdin.pause();
        restore();
      };
    },
    onLeave: listenToLeave,
  };
}

/** Writes over what is there, line by line, so that nothing flickers. */
function frame(lines: readonly string[]): string {
  return `\u001b[H${lines.map((line) => `${terminalText(line)}\u001b[K`).join('\r\n')}\u001b[J`;
}

function listenToLeave(leave: () => void): () => void {
  for (const signal of SIGNALS) process.on(signal, leave);
  return () => {
    for (const signal of SIGNALS) process.off(signal, leave);
  };
}
