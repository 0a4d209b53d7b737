/**
 * The one way to the terminal. Everything that a command prints passes here, because it may quote a caller, a handler or
 * a cluster: characters that control a terminal are shown as escapes. Only line ends, tabs and Slipway's own colours stay.
 */
import { inspect, styleText } from 'node:util';
import { visibleText } from '../../api/fields/visible-text.ts';

/** The codes that `styleText` writes. */
const COLOUR_CODES = new Set(Object.values(inspect.colors).flatMap((codes) => codes ?? []));
const ESCAPE = String.fromCodePoint(0x1b);
const COLOURS = new RegExp(`(${ESCAPE}\\[\\d{1,3}m)`);

type Write = typeof process.stdout.write;

let onClosed: () => void = () => process.exit(0);

/** Sets what happens when nobody reads the output any more (`slipway start | head -1`). By default the command ends. */
export function whenOutputCloses(act: () => void): void {
  onClosed = act;
}

/** Called once, before the command runs. */
export function guardTerminal(streams: readonly NodeJS.WriteStream[] = [process.stdout, process.stderr]): void {
  for (const stream of streams) {
    const write = stream.write.bind(stream) as (text: string, ...more: unknown[]) => boolean;
    unguarded.set(stream, (text) => write(text));
    stream.write = ((chunk: string | Uint8Array, ...more: unknown[]) =>
      write(terminalText(asText(chunk)), ...more)) as Write;
    // EIO: the terminal itself is gone.
    stream.on('error', ({ code }: NodeJS.ErrnoException) => {
      if (code === 'EPIPE' || code === 'EIO') onClosed();
    });
  }
}

const unguarded = new Map<unknown, (text: string) => boolean>();

/** Moves the cursor or clears a line. For text that Slipway made from its own words and from `terminalText` alone. */
export function writeControls(stream: { write(text: string): unknown }, text: string): void {
  (unguarded.get(stream) ?? ((same: string) => stream.write(same)))(text);
}

export function terminalText(text: string): string {
  const lines = text.replaceAll('\r\n', '\n');
  if (!hasColours()) return visibleText(lines);
  return lines
    .split(COLOURS)
    .map((part) => (isColour(part) ? part : visibleText(part)))
    .join('');
}

/** Without a terminal there are no colours of Slipway's own, so each colour comes from somebody else. */
function hasColours(): boolean {
  return styleText('bold', 'x') !== 'x';
}

function isColour(part: string): boolean {
  return COLOURS.test(part) && COLOUR_CODES.has(Number(part.slice(2, -1)));
}

function asText(chunk: string | Uint8Array): string {
  return typeof chunk === 'string' ? chunk : Buffer.from(chunk).toString('utf8');
}
