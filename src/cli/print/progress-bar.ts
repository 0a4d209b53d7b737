/** A bar on standard error that fills up, for people who wait at a terminal; nobody else gets to see anything. */
export interface ProgressBar {
  show(progress: { readonly done: number; readonly of: number }): void;
  /** Takes the bar away. */
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
      if (line !== shown) screen.write(`\r${line}`);
      shown = line;
    },
    end: () => screen.write(`\r${' '.repeat(shown.length)}\r`),
  };
}
