/**
 * Reads `custom.slipway` into the form that the rest of the plugin uses. It refuses wrong settings before anything is
 * packaged.
 */
const { refuse } = require('./refuse.js');
const { specGiven } = require('./spec-of.js');

const ALIAS = /^(?!\d+$)[A-Za-z0-9_-]{1,113}$/;
const SERVICE = /^[a-z][a-z0-9-]{0,62}$/;
const VARIABLE = /^[A-Za-z_][A-Za-z0-9_]*$/;
/** A description is part of a version's configuration, with at most 256 characters. */
const MARK = 'released by Slipway';
const DESCRIPTION_CHARACTERS_MAX = 256;

function readSettings(serverless) {
  const given = serverless.service.custom?.slipway ?? {};
  const alias = given.alias ?? 'live';
  if (!ALIAS.test(alias)) {
    refuse(serverless, `custom.slipway.alias is ${show(alias)}. Write a name of letters, digits, - and _.`);
  }
  const functions = namedFunctions(serverless, given).map((named) =>
    functionOf(serverless, { ...named, given, alias }),
  );
  refuseOneServiceTwice(serverless, functions);
  for (const one of functions) refuseWhatMovesAliases(serverless, one);
  refuseOtherMovers(serverless);
  return {
    alias,
    functions,
    leave: given.leave ?? [],
    follow: given.follow ?? true,
    release: given.release ?? true,
    hotfix: given.hotfix ?? false,
    url: urlOf(serverless, given),
    token: tokenNameOf(serverless, given),
    audience: given.audience,
  };
}

/** All functions of the service, unless some are named. */
function namedFunctions(serverless, { functions: given }) {
  const all = serverless.service.getAllFunctions();
  const wanted = given ?? all;
  const own = Array.isArray(wanted) ? Object.fromEntries(wanted.map((key) => [key, {}])) : wanted;
  for (const key of Object.keys(own)) {
    if (all.includes(key)) continue;
    refuse(
      serverless,
      `custom.slipway.functions names ${key}, which is not a function of this service. Its functions are ${all.join(', ')}.`,
    );
  }
  return Object.entries(own).map(([key, settings]) => ({ key, own: settings ?? {} }));
}

function functionOf(serverless, { key, own, given, alias }) {
  const { naming } = serverless.getProvider('aws');
  const stem = naming.getNormalizedFunctionName(key);
  const { name, condition } = serverless.service.getFunction(key);
  const spec = specGiven(serverless, { key, name, own, given });
  refuseOtherAlias(serverless, { key, alias, spec });
  const service = own.service ?? spec?.name ?? serviceNameFrom(name);
  if (!SERVICE.test(service)) {
    const next = `Name one under custom.slipway.functions.${key}.service: small letters, digits and -, beginning with a letter.`;
    refuse(serverless, `${show(service)} cannot be the name of a service of Slipway. ${next}`);
  }
  return {
    key,
    name,
    service,
    alias,
    functionId: naming.getLambdaLogicalId(key),
    // These ids never change with the code: a changed id would be another version, and the alias would jump to it.
    versionId: `${stem}FirstVersion`,
    aliasId: `${stem}Live`,
    alarms: alarmsFor(serverless.service.getFunction(key), { stem, service, asked: own.alarm ?? given.alarm ?? {} }),
    given: spec,
    condition,
  };
}

/**
 * A function that answers over HTTP may answer with an error that Lambda does not count. Its alarm uses the errors that
 * a wrapper in the function counts.
 */
const HTTP = ['http', 'httpApi', 'alb'];

function alarmsFor({ events = [], url }, { stem, service, asked }) {
  if (asked === false) return [];
  const { errorsAbove: above = 0, overMinutes = 1 } = asked;
  const errors = { id: `${stem}Errors`, name: `${service}-errors`, namespace: 'AWS/Lambda', metric: 'Errors' };
  const serverErrors = {
    id: `${stem}ServerErrors`,
    name: `${service}-server-errors`,
    namespace: 'Slipway/Services',
    metric: 'ServerErrors',
  };
  const isHttp = Boolean(url) || events.some((event) => HTTP.some((kind) => event[kind] !== undefined));
  return (isHttp ? [errors, serverErrors] : [errors]).map((alarm) => ({ ...alarm, above, overMinutes }));
}

function refuseOtherAlias(serverless, { key, alias, spec }) {
  const asked = spec?.target?.alias ?? alias;
  if (asked === alias) return;
  refuse(
    serverless,
    `the spec of ${key} is about the alias ${asked}, and custom.slipway.alias is ${alias}. Make them the same.`,
  );
}

function serviceNameFrom(name) {
  return name
    .toLowerCase()
    .replace(/[^a-z0-9-]/g, '-')
    .slice(0, 63);
}

function refuseOneServiceTwice(serverless, functions) {
  for (const { key, service } of functions) {
    const other = functions.find((one) => one.service === service && one.key !== key);
    if (other === undefined) continue;
    const next = `Give one of them another name: custom.slipway.functions.${key}.service.`;
    refuse(serverless, `${other.key} and ${key} would both be the service ${service} of Slipway. ${next}`);
  }
}

/** Refuses settings with which another tool moves the alias, or with which the caller cannot call an alias. */
function refuseWhatMovesAliases(serverless, { key, functionId, alias }) {
  const one = serverless.service.getFunction(key);
  const out = `or leave ${key} out of custom.slipway.functions`;
  if (one.provisionedConcurrency) {
    const why =
      'The framework moves the alias that it sits on with every deploy, and Slipway refuses an alias with it.';
    refuse(serverless, `${key} has provisionedConcurrency. ${why} Take it off, ${out}.`);
  }
  if (one.snapStart) {
    const next = `Write resources.extensions.${functionId}.Properties.SnapStart: { ApplyOn: PublishedVersions } instead of it`;
    refuse(serverless, `${key} has snapStart, for which the framework moves an alias of its own. ${next}, ${out}.`);
  }
  if (one.durableConfig) {
    const why = 'for which the framework moves an alias of its own with every deploy';
    refuse(serverless, `${key} has durableConfig, ${why}. Leave ${key} out of custom.slipway.functions.`);
  }
  const edge = (one.events ?? []).some((event) => event.cloudFront !== undefined);
  if (!edge) return;
  const why = `CloudFront calls one version of a function, and never an alias such as ${alias}`;
  refuse(serverless, `${key} has a cloudFront event. ${why}. Leave ${key} out of custom.slipway.functions.`);
}

const OTHER_MOVER = 'serverless-plugin-canary-deployments';

function refuseOtherMovers(serverless) {
  const { plugins = [] } = serverless.service;
  const names = Array.isArray(plugins) ? plugins : (plugins.modules ?? []);
  if (!names.includes(OTHER_MOVER)) return;
  const next = 'Take it out, and choose another alias than the one that it made.';
  refuse(serverless, `${OTHER_MOVER} moves aliases too, with CodeDeploy. ${next}`);
}

/** Sets what the framework must know before it compiles the functions. */
function prepareFunctions(serverless, { functions }) {
  for (const { key } of functions) {
    const one = serverless.service.getFunction(key);
    // Only one side may publish. Otherwise CloudFormation fails with "A version for this Lambda function exists".
    one.versionFunction = false;
    one.tags = { ...one.tags, 'slipway:managed': 'true' };
    // An existing stack may have published the same code already. The changed description makes the first version a new
    // one.
    one.description = marked(one.description);
  }
}

function marked(description = '') {
  if (typeof description !== 'string') return description;
  if (description.endsWith(MARK)) return description;
  const room = DESCRIPTION_CHARACTERS_MAX - MARK.length - 2;
  return description === '' ? MARK : `${description.slice(0, room)}; ${MARK}`;
}

function urlOf(serverless, { url = process.env.SLIPWAY_URL }) {
  if (url === undefined || url === '') return null;
  const parsed = URL.canParse(url) ? new URL(url) : null;
  const isLocal = ['localhost', '127.0.0.1', '[::1]'].includes(parsed?.hostname);
  if (parsed?.protocol === 'https:' || (parsed?.protocol === 'http:' && isLocal)) return url.replace(/\/+$/, '');
  refuse(
    serverless,
    `custom.slipway.url is ${show(url)}. Write the address of Slipway's API, beginning with https://.`,
  );
}

function tokenNameOf(serverless, { token = 'SLIPWAY_TOKEN' }) {
  if (VARIABLE.test(token)) return token;
  const next = 'Write the name of the environment variable that holds the token, such as SLIPWAY_TOKEN.';
  refuse(
    serverless,
    `custom.slipway.token is not the name of an environment variable. ${next} A token does not belong in a file.`,
  );
}

function show(value) {
  return JSON.stringify(value);
}

module.exports = { readSettings, prepareFunctions };
