/** Sets up a database in its own process, given the folder: what the setup takes of memory ends with the process. */
import { migrate } from '../store/migrate.ts';
import { openPglite } from '../store/pglite.ts';

// Nobody needs the database any more when the process that asked for it is gone.
process.stdin.resume().on('close', () => process.exit(1));

const [folder = ''] = process.argv.slice(2);
const database = await openPglite(folder);
await migrate(database);
await database.close();
process.exit(0);
