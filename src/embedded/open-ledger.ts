/** Opens the database in the data folder. A process that is killed in its first setup leaves nothing behind. */
import { spawn } from 'node:child_process';
import { existsSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { isSlipwayError, SlipwayError } from '../domain/errors.ts';
import type { Database } from '../store/database.ts';
import { migrate } from '../store/migrate.ts';
import { openPglite } from '../store/pglite.ts';

/**
 * Throws Broken for a folder that is no database of this version. `isFull` is asked before each write, because a
 * database that meets a full disk in the middle of a write does not recover.
 */
export async function openLedger(folder: string, { isFull }: { readonly isFull: () => boolean }): Promise<Database> {
  if (isFull()) throw full(folder);
  const mark = `${folder}.setup`;
  // No deployment can be in a database whose setup did not end.
  if (existsSync(mark)) rmSync(folder, REMOVED);
  const isNew = !existsSync(folder);
  if (isNew) {
    writeFileSync(mark, '');
    await setUpAside(folder);
  }
  const database = await open(folder, isFull);
  try {
    await migrate(database);
  } catch (error) {
    await database.close();
    throw isSlipwayError(error) ? error : isFull() ? full(folder) : unreadable(folder, error);
  }
  rmSync(mark, { force: true });
  return database;
}

/**
 * A setup in this process would keep 200 MB more until the end. When no other process can be started, it has to. The
 * database gets its name when it is whole, because the other process may outlive this one.
 */
async function setUpAside(folder: string): Promise<void> {
  const aside = `${folder}.aside-${process.pid}`;
  for (const name of readdirSync(dirname(folder)))
    if (name.startsWith(`${basename(folder)}.aside-`)) rmSync(join(dirname(folder), name), REMOVED);
  const isDone = await new Promise<boolean>((resolve) => {
    const child = spawn(process.execPath, [fileURLToPath(SET_UP), aside], { stdio: ['pipe', 'ignore', 'ignore'] });
    child.once('error', () => resolve(false)).once('exit', (code) => resolve(code === 0));
  });
  if (isDone && existsSync(aside)) renameSync(aside, folder);
  else rmSync(aside, REMOVED);
}

const REMOVED = { recursive: true, force: true } as const;
const SET_UP = new URL('./set-up-ledger.ts', import.meta.url);

async function open(folder: string, isFull: () => boolean): Promise<Database> {
  try {
    return await openPglite(folder, { isFull });
  } catch (cause) {
    // A database that meets a full disk looks like a damaged one, and must not be moved away for it.
    throw isFull() ? full(folder) : unreadable(folder, cause);
  }
}

function full(folder: string): SlipwayError {
  return new SlipwayError('Transient', `The disk of ${folder} is full. Make room, 100 MB or more, and start again.`);
}

function unreadable(folder: string, cause: unknown): SlipwayError {
  const fact = `The database in ${folder} cannot be opened: it is damaged, or another version of PostgreSQL wrote it.`;
  const next =
    'Move the folder that holds it away to start with an empty one, or start with --data and another folder.';
  return new SlipwayError('Broken', `${fact} ${next}`, { cause });
}
