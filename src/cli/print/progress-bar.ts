/** A progress bar on standard error for people at a terminal; without a terminal it prints nothing. */
import { writeControls } from './terminal.ts';

export interface ProgressBar {
  show(progress: { readonly done: number; readonly of: number }): void;
  /** Removes the bar. */
  end(): void;
}

export interface Screen {
  readonly isTTY?: boolean;
  write(text: string): unknown;
}

const WIDTH = 40;

export function progressBar(what: string, screen: Screen = process.stderr): ProgressBar {
  if (!screen.isTTY) return { show() {}, end() {} };
  let shown = '';
  return {
    show({ done, of }) {
      const filled = Math.floor((done / of) * WIDTH);
      const line = `${what}  ${'#'.repeat(filled)}${'-'.repeat(WIDTH - filled)}  ${done} of ${of}`;
      if (line !== shown) writeControls(screen, `\r${line}`);
      shown = line;
    },
    end: () => writeControls(screen, `\r${' '.repeat(shown.length)}\r`),
  };
}
