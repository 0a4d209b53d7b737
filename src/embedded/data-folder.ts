/** The folder in which `npm start` keeps its state, with a lock that prevents two processes from using it at once. */
import { existsSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { SlipwayError } from '../domain/errors.ts';

export interface DataFolder {
  readonly path: string;
  readonly ledger: string;
  readonly world: string;
  readonly notices: string;
  readonly executions: string;
  readonly cluster: string;
  unlock(): void;
}

/** Throws InvalidRequest for a folder that cannot be written, and Conflict when a living process holds the folder. A lock whose process is gone (kill -9) is taken over. */
export function openDataFolder(path: string): DataFolder {
  const folder = resolve(path);
  usable(folder, () => makeFolder(folder));
  const lock = join(folder, 'process.lock');
  const holder = holderOf(lock);
  if (holder !== null && holder !== process.pid && isAlive(holder)) {
    const message = `${folder} is in use by process ${holder}, most likely another npm start. Stop that one, or run beside it: npm start -- --port 4001 --data ${path}-2`;
    throw new SlipwayError('Conflict', message);
  }
  usable(folder, () => writeFileSync(lock, String(process.pid)));
  return {
    path: folder,
    ledger: join(folder, 'ledger'),
    world: join(folder, 'cloud.json'),
    notices: join(folder, 'notices.jsonl'),
    executions: join(folder, 'executions.json'),
    cluster: join(folder, 'cluster.json'),
    unlock: () => rmSync(lock, { force: true }),
  };
}

/** Level by level: where the system says that no folder can be made, as below /proc, Node's own recursion never ends. */
function makeFolder(folder: string): void {
  if (existsSync(folder) && statSync(folder).isDirectory()) return;
  if (folder !== dirname(folder)) makeFolder(dirname(folder));
  mkdirSync(folder);
}

function usable(folder: string, use: () => void): void {
  try {
    use();
  } catch (cause) {
    const fact = `The state cannot be kept in ${folder}: ${(cause as Error).message}.`;
    throw new SlipwayError('InvalidRequest', `${fact} Name a folder that can be written: --data FOLDER.`, { cause });
  }
}

function holderOf(lock: string): number | null {
  try {
    const holder = Number(readFileSync(lock, 'utf8'));
    return Number.isInteger(holder) && holder > 0 ? holder : null;
  } catch {
    return null;
  }
}

function isAlive(processId: number): boolean {
  try {
    process.kill(processId, 0);
    return true;
  } catch (error) {
    // EPERM means that the process exists and belongs to another user.
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
