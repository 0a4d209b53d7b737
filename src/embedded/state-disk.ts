/**
 * The disk of the data folder. When it is full, or a file cannot be written, the process goes on without a loss: the
 * files are written again as soon as the disk lets it, and callers are told to wait.
 */
import { statfsSync } from 'node:fs';
import type { KeepFile } from '../twin/world/kept-file.ts';
import { keptFile } from '../twin/world/kept-file.ts';

/** PGlite takes a new segment of 16 MB for its log in one piece, and ends when there is no room for it. */
const ROOM_BYTES_MIN = 24 * 1024 * 1024;
const AGAIN_EVERY_MS = 500;

export interface StateDisk {
  readonly keep: KeepFile;
  isFull(): boolean;
  /** A sentence for a caller whose write has to wait; null when everything is stored. */
  trouble(): string | null;
  close(): void;
}

export function stateDisk(folder: string, tell: (text: string) => void): StateDisk {
  const unwritten = new Map<string, { readonly write: () => void; readonly because: string }>();
  const roomIn = () => {
    try {
      const { bavail, bsize } = statfsSync(folder);
      return bavail * bsize;
    } catch {
      return Number.POSITIVE_INFINITY;
    }
  };
  const isFull = () => roomIn() < ROOM_BYTES_MIN;
  const attempt = (path: string, write: () => void) => {
    try {
      write();
      if (unwritten.delete(path)) tell(`${path} is written again.`);
    } catch (error) {
      const because = error instanceof Error ? error.message : String(error);
      if (!unwritten.has(path)) tell(`${path} cannot be written: ${because}. It is tried again until it works.`);
      unwritten.set(path, { write, because });
    }
  };
  const timer = setInterval(() => {
    for (const [path, { write }] of [...unwritten]) attempt(path, write);
  }, AGAIN_EVERY_MS).unref();
  return {
    keep: (path) => {
      const file = keptFile(path);
      return { write: (text) => attempt(path, () => file.write(text)) };
    },
    isFull,
    trouble() {
      const [first] = unwritten.entries();
      if (first !== undefined) return `${first[0]} cannot be written: ${first[1].because}. ${NEXT}`;
      return isFull() ? `The disk of ${folder} is full. ${NEXT}` : null;
    },
    close: () => clearInterval(timer),
  };
}

const NEXT = 'Make room; then the same call works, and nothing has to be started again.';
