/**
 * The database of the stage: a cluster of its own, or the one that the parameter databaseUrl names. Decided when the stack is
 * packaged, so that a wrong address, or one with a password in it, ends there and never reaches AWS.
 */
const LOOPBACK = /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/;
const DSQL = /^([a-z0-9]{26})\.dsql\.([a-z0-9-]+)\.on\.aws$/;
const SECRET_ARN = /^arn:aws[a-z-]*:secretsmanager:[a-z0-9-]+:\d{12}:secret:[\w/+=.@-]+$/;

/** The part of the stack that is the cluster. */
async function resources({ resolveVariable }) {
  return (await urlGiven(resolveVariable)) === '' ? resolveVariable('file(resources/database.yml)') : {};
}

/** DATABASE_URL. The name of the cluster is known when it is there. */
async function url({ resolveVariable }) {
  const given = await urlGiven(resolveVariable);
  return given === ''
    ? { 'Fn::Sub': `postgres://slipway@\${LedgerCluster.Endpoint}/postgres?sslmode=verify-full` }
    : given;
}

/** DATABASE_SECRET_ARN, empty where there is none. */
async function secretArn({ resolveVariable }) {
  const arn = String(await resolveVariable('param:databaseSecretArn'));
  if (arn === '') return '';
  const given = await urlGiven(resolveVariable);
  if (!SECRET_ARN.test(arn))
    throw new Error(`${arn} is not the ARN of a secret. Correct the parameter databaseSecretArn.`);
  if (given === '' || DSQL.test(new URL(given).hostname)) {
    throw new Error('Aurora DSQL takes no password. Leave the parameter databaseSecretArn out, or give a databaseUrl.');
  }
  return arn;
}

/** NODE_EXTRA_CA_CERTS: who signs for RDS is known to Lambda, and not to Node by itself. */
async function authorities({ resolveVariable }) {
  const given = await urlGiven(resolveVariable);
  const isRds = given !== '' && /\.rds\.amazonaws\.(com(\.cn)?|eu)$/.test(new URL(given).hostname);
  return isRds ? '/var/runtime/ca-cert.pem' : { Ref: 'AWS::NoValue' };
}

/** What opening the database takes: the statement's action, and its resource. */
const connectAction = (variables) => proofFor(variables, 'dsql:DbConnect').then(({ action }) => action);
const connectResource = (variables) => proofFor(variables, 'dsql:DbConnect').then(({ resource }) => resource);
/** The same for the function that defines the tables. */
const defineAction = (variables) => proofFor(variables, 'dsql:DbConnectAdmin').then(({ action }) => action);
const defineResource = connectResource;

async function proofFor(variables, dsqlAction) {
  const given = await urlGiven(variables.resolveVariable);
  const secret = await secretArn(variables);
  if (secret !== '') return { action: 'secretsmanager:GetSecretValue', resource: secret };
  if (given === '') return { action: dsqlAction, resource: { 'Fn::GetAtt': ['LedgerCluster', 'ResourceArn'] } };
  // A statement has to name something: where the database asks for no proof of AWS, it is the cluster without a name.
  const [, id = '', region = `\${AWS::Region}`] = DSQL.exec(new URL(given).hostname) ?? [];
  const arn = `arn:\${AWS::Partition}:dsql:${region}:\${AWS::AccountId}:cluster/${id}`;
  return { action: dsqlAction, resource: { 'Fn::Sub': arn } };
}

async function urlGiven(resolveVariable) {
  const given = String(await resolveVariable('param:databaseUrl'));
  const problem = given === '' ? null : problemOf(given);
  // Never the address itself: there may be a password in it.
  if (problem !== null) throw new Error(`The parameter databaseUrl ${problem}`);
  return given;
}

function problemOf(given) {
  if (!URL.canParse(given)) return 'is no address. Write postgres://user@host/database?sslmode=verify-full.';
  const { protocol, username, password, hostname, pathname, searchParams } = new URL(given);
  if (!/^postgres(ql)?:$/.test(protocol)) return 'is no address of a PostgreSQL. Begin it with postgres://';
  if (password !== '' || searchParams.has('password')) {
    return 'has a password in it. Put the password into a secret of Secrets Manager, and its ARN into databaseSecretArn.';
  }
  if (username === '' || hostname === '' || pathname.length < 2) return 'lacks the user, the host or the database.';
  if (searchParams.get('sslmode') !== 'verify-full' && !LOOPBACK.test(hostname)) {
    return 'does not ask who answers. Add ?sslmode=verify-full to it.';
  }
  return null;
}

module.exports = {
  resources,
  url,
  secretArn,
  authorities,
  connectAction,
  connectResource,
  defineAction,
  defineResource,
};
