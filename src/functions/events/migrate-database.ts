import { stackAnswers } from '../../aws/stack-answers.ts';
import { config } from '../../config.ts';
import { MigrateDatabaseInput, migrateDatabase } from '../../operations/nets/migrate-database.ts';
import { ledgerTables } from '../../store/ledger-tables.ts';
import { systemPause } from '../../system.ts';
import { eventListener } from '../event-listener.ts';
import { ledgerDatabaseAsOwner } from '../ledger-database.ts';

const ports = {
  tables: ledgerTables(ledgerDatabaseAsOwner()),
  answers: stackAnswers({ endpoint: config.AWS_ENDPOINT_URL }),
  pause: systemPause,
};

export const handler = eventListener(MigrateDatabaseInput, (input) => migrateDatabase(ports, input));
