/** What the migrations are made of, whom they let in, and who waits for them: from the functions in serverless.yml. */
const { createHash } = require('node:crypto');
const { globSync, readFileSync } = require('node:fs');
const { join } = require('node:path');

const SOURCES = [
  'src/store/migrations/*.ts',
  'src/store/migrate.ts',
  'src/store/ledger-tables.ts',
  'src/store/schema.ts',
];
const MIGRATOR = 'migrateDatabase';

/** Another one whenever a migration is added, or who may do what in the tables changes. */
function fingerprint() {
  const root = join(__dirname, '..');
  const hash = createHash('sha256');
  for (const path of globSync(SOURCES, { cwd: root }).sort()) hash.update(readFileSync(join(root, path)));
  return hash.digest('hex');
}

/** The roles of the functions that open the database. */
async function roleArns({ resolveConfigurationProperty }) {
  const mayConnect = await resolveConfigurationProperty(['custom', 'may', 'connectDatabase']);
  const opens = ({ Action, Resource }) => Action === mayConnect.Action && same(Resource, mayConnect.Resource);
  const functions = Object.entries(await resolveConfigurationProperty(['functions']));
  return functions
    .filter(([, { iamRoleStatements }]) => iamRoleStatements.some(opens))
    .map(([key]) => ({ 'Fn::GetAtt': [`${logicalStem(key)}IamRoleLambdaExecution`, 'Arn'] }));
}

/** Every other function: new code never meets old tables. */
async function afterThem({ resolveConfigurationProperty }) {
  const keys = Object.keys(await resolveConfigurationProperty(['functions'])).filter((key) => key !== MIGRATOR);
  return Object.fromEntries(
    keys.map((key) => [`${logicalStem(key)}LambdaFunction`, { DependsOn: ['LedgerMigrations'] }]),
  );
}

function logicalStem(key) {
  return `${key[0].toUpperCase()}${key.slice(1)}`;
}

function same(one, other) {
  return JSON.stringify(one) === JSON.stringify(other);
}

module.exports = { fingerprint, roleArns, afterThem };
