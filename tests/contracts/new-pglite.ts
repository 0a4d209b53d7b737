import { PGlite } from '@electric-sql/pglite';

let files: Promise<File | Blob> | undefined;

/** Returns a new, empty PostgreSQL in memory. One `initdb` makes the files of all in a process, because it takes a second. */
export async function newPglite(): Promise<PGlite> {
  files ??= initialFiles();
  return PGlite.create({ loadDataDir: await files });
}

async function initialFiles(): Promise<File | Blob> {
  const client = await PGlite.create();
  const dump = await client.dumpDataDir('none');
  await client.close();
  return dump;
}
