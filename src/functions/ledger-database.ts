import { dsqlPassword, type Password, secretPassword } from '../aws/database-password.ts';
import { config } from '../config.ts';
import type { Database } from '../store/database.ts';
import { isDsql, openDatabase } from '../store/postgres.ts';

/** The stage's own ledger. */
export function ledgerDatabase(): Database {
  const url = config.DATABASE_URL;
  return openDatabase(url, { password: passwordFor(url) });
}

/** Connects as the user that may define tables: `admin` on Aurora DSQL, otherwise the user of the address. */
export function ledgerDatabaseAsOwner(): Database {
  const address = new URL(config.DATABASE_URL);
  if (isDsql(address.href)) address.username = 'admin';
  return openDatabase(address.href, { password: passwordFor(address.href) });
}

/** Undefined when the address holds the password, or when the server asks for none. */
function passwordFor(url: string): Password | undefined {
  if (isDsql(url)) return dsqlPassword(new URL(url));
  const { DATABASE_SECRET_ARN: secretArn, AWS_ENDPOINT_URL: endpoint } = config;
  return secretArn === undefined ? undefined : secretPassword(secretArn, { endpoint });
}
