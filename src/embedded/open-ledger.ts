/** Opens the database in the data folder. A process that is killed in its first setup leaves nothing behind. */
import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { isSlipwayError, SlipwayError } from '../domain/errors.ts';
import type { Database } from '../store/database.ts';
import { migrate } from '../store/migrate.ts';
import { openPglite } from '../store/pglite.ts';

/**
 * Throws Broken for a folder that is no database of this version. `isFull` is asked before each write, because a
 * database that meets a full disk in the middle of a write does not recover.
 */
export async function openLedger(folder: string, { isFull }: { readonly isFull: () => boolean }): Promise<Database> {
  const mark = `${folder}.setup`;
  // No deployment can be in a database whose setup did not end.
  if (existsSync(mark)) rmSync(folder, { recursive: true, force: true });
  const isNew = !existsSync(folder);
  if (isNew) writeFileSync(mark, '');
  const database = await open(folder, isFull);
  try {
    await migrate(database);
  } catch (error) {
    await database.close();
    throw isSlipwayError(error) ? error : unreadable(folder, error);
  }
  rmSync(mark, { force: true });
  return database;
}

async function open(folder: string, isFull: () => boolean): Promise<Database> {
  try {
    return await openPglite(folder, { isFull });
  } catch (cause) {
    throw unreadable(folder, cause);
  }
}

function unreadable(folder: string, cause: unknown): SlipwayError {
  const fact = `The database in ${folder} cannot be opened: it is damaged, or another version of PostgreSQL wrote it.`;
  const next =
    'Move the folder that holds it away to start with an empty one, or start with --data and another folder.';
  return new SlipwayError('Broken', `${fact} ${next}`, { cause });
}
