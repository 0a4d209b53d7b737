/**
 * Runs after the stack is deployed. Slipway puts each function's new code live, and the command ends when all functions
 * are done. Until then the new code is only in $LATEST, which gets no calls, so a failure here does not affect users.
 */
const { randomUUID } = require('node:crypto');
const { setTimeout: sleep } = require('node:timers/promises');
const { commitOf } = require('./commit.js');
const { follow } = require('./follow.js');
const { Refusal, refuse } = require('./refuse.js');
const { slipwayApi } = require('./slipway-api.js');
const { specOf } = require('./spec-of.js');

/** An alarm that treats missing data as good turns OK within about a minute. */
const ALARMS_MS = 180_000;
const AGAIN_MS = 5_000;
const UNTOUCHED = 'The new code is in $LATEST, which nobody calls, and what was live is live.';

/** Runs before any change: without an answer from Slipway, a deployment would stop halfway. */
async function requireSlipway(serverless, settings) {
  if (!settings.release || settings.functions.length === 0) return;
  if (settings.url === null) {
    const ways = 'Set it, or SLIPWAY_URL, or write custom.slipway.release: false and ask for each release yourself';
    refuse(serverless, `custom.slipway.url is missing. ${ways}. Nothing was deployed.`);
  }
  await slipwayApi({ ...settings, patienceMs: 15_000 })
    .get('/health')
    .catch((error) => refuse(serverless, `${error.message} Nothing was deployed.`));
}

/**
 * Starts all deployments before it waits for the first: each function is a service of its own, and bakes for its own
 * time.
 */
async function release(serverless, { settings, names, say }) {
  const functions = settings.functions.filter(({ key }) => names === undefined || names.includes(key));
  const api = slipwayApi(settings);
  const commit = commitOf(serverless.serviceDir);
  const started = await Promise.all(functions.map((one) => startOrProblem(api, { one, commit, settings, say })));
  const ended = await Promise.all(
    started.map(async (each) => {
      if (each.deployment === undefined || !settings.follow) return each;
      const { problem } = await follow(api, { one: each.one, id: each.deployment.id, url: settings.url, say });
      return { ...each, problem };
    }),
  );
  const problems = ended.flatMap(({ one, problem }) => (problem === undefined ? [] : [`${one.key}: ${problem}`]));
  if (problems.length > 0) refuse(serverless, problems.join('\n  '));
}

async function startOrProblem(api, { one, commit, settings, say }) {
  try {
    await registerUnlessKnown(api, { one, say });
    const body = {
      service: one.service,
      version: 'latest',
      ...(commit === undefined ? {} : { commit }),
      ...(settings.hotfix ? { hotfix: true } : {}),
    };
    const answer = await deploy(api, { body, one, say });
    if (answer.outcome === 'unchanged') {
      say(`Slipway: ${one.key} is unchanged; ${answer.because ?? 'what is live is this code already.'}`);
      return { one };
    }
    say(
      `Slipway: ${one.key} is deployed as ${answer.id}.${settings.follow ? '' : ` Follow it: ${settings.url}/deployments/${answer.id}`}`,
    );
    return { one, deployment: answer };
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return { one, problem: notStarted(error) };
  }
}

/**
 * Findings that pass by themselves: an alarm of this deployment has no data yet, or is still red because of the version
 * before this try.
 */
const PASSING = ['alarmHasData', 'alarmIsQuiet'];

async function deploy(api, { body, one, say }) {
  const key = `sls-${randomUUID()}`;
  const until = Date.now() + ALARMS_MS;
  for (let tries = 0; ; tries += 1) {
    try {
      return await api.post('/deploy', { body, key });
    } catch (error) {
      const errors = (error.findings ?? []).filter(({ severity }) => severity === 'error');
      const passes = errors.length > 0 && errors.every(({ check }) => PASSING.includes(check));
      if (!passes || Date.now() + AGAIN_MS > until) throw error;
      if (tries === 0) say(`Slipway: ${one.key} waits for its alarms. ${error.message}`);
      await sleep(AGAIN_MS);
    }
  }
}

function notStarted(error) {
  const next =
    error.status === 409 ? 'When that has ended, run the command again.' : 'Put it right, and run the command again.';
  return `${error.message} ${UNTOUCHED} ${next}`;
}

/** Only an admin of a service may register it. A job that may only deploy gets a message with what to ask for. */
async function registerUnlessKnown(api, { one, say }) {
  const path = `/services/${encodeURIComponent(one.service)}`;
  try {
    await api.get(path);
    return;
  } catch (error) {
    if (error.status !== 404) throw error;
  }
  const spec = specOf(one);
  try {
    await api.put(path, { body: spec });
    say(`Slipway: ${one.service} is registered: ${one.name}:${one.alias}, ${strategyIn(spec)}.`);
  } catch (error) {
    if (error.status !== 403) throw error;
    const fact = `Slipway does not know the service ${one.service}, and this token may not register it.`;
    const next = `An admin does it once: PUT ${path} with ${JSON.stringify(spec)}.`;
    throw new Refusal(`${fact} ${next}`, { status: 403 });
  }
}

function strategyIn({ strategy }) {
  if (strategy === undefined) return "with Slipway's default strategy";
  return typeof strategy === 'string' ? `with ${strategy}` : `with a strategy of ${strategy.length} steps`;
}

module.exports = { release, requireSlipway };
