/**
 * How much the outside may ask, and what is set aside for the way back. API Gateway refuses with 429 before anything of Slipway runs,
 * the authorizer included, so what callers without a token can use up of the account's concurrency has a bound.
 */
const WAY_BACK_FUNCTIONS = ['RemediateAlarm', 'RollBack', 'SettleAbandonedRollout'];

/** With limits of their own, because calls of other routes must not use up theirs. By the logical ids that the framework gives them. */
const WAY_BACK_ROUTES = {
  'POST /rollback': 'HttpApiRoutePostRollback',
  'POST /deployments/{id}/abort': 'HttpApiRoutePostDeploymentsIdVarAbort',
};
/** It asks the database and Step Functions for callers without a token. */
const OPEN_ROUTES = { 'GET /ready': 'HttpApiRouteGetReady' };
const OPEN_LIMIT = { ThrottlingRateLimit: 2, ThrottlingBurstLimit: 5 };

async function extensions({ resolveVariable }) {
  const ThrottlingRateLimit = await numberGiven(resolveVariable, {
    name: 'apiRequestsPerSecond',
    least: 1,
    most: 10_000,
  });
  const ThrottlingBurstLimit = await numberGiven(resolveVariable, { name: 'apiBurst', least: 1, most: 5_000 });
  const limit = { ThrottlingRateLimit, ThrottlingBurstLimit };
  const each = (routes, settings) => Object.fromEntries(Object.keys(routes).map((key) => [key, settings]));
  return {
    HttpApiStage: {
      Properties: {
        DefaultRouteSettings: limit,
        RouteSettings: { ...each(WAY_BACK_ROUTES, limit), ...each(OPEN_ROUTES, OPEN_LIMIT) },
      },
      // A stage that names a route before it is there is refused.
      DependsOn: [...Object.values(WAY_BACK_ROUTES), ...Object.values(OPEN_ROUTES)],
    },
    ...(await reserved(resolveVariable)),
  };
}

async function reserved(resolveVariable) {
  const each = await numberGiven(resolveVariable, { name: 'wayBackConcurrency', least: 0, most: 1_000 });
  if (each === 0) return {};
  const share = { Properties: { ReservedConcurrentExecutions: each } };
  return Object.fromEntries(WAY_BACK_FUNCTIONS.map((stem) => [`${stem}LambdaFunction`, share]));
}

/** AWS takes 15 a second; one at least is left for the way back. */
const forwardCallsPerSecond = ({ resolveVariable }) =>
  numberGiven(resolveVariable, { name: 'forwardCallsPerSecond', least: 1, most: 14 });

/** How long the ledger keeps what it may forget, in days. */
const outboxDays = ({ resolveVariable }) => numberGiven(resolveVariable, { name: 'outboxDays', least: 1, most: 3_650 });
const evidenceDays = ({ resolveVariable }) =>
  numberGiven(resolveVariable, { name: 'evidenceDays', least: 1, most: 3_650 });

async function numberGiven(resolveVariable, { name, least, most }) {
  const given = String(await resolveVariable(`param:${name}`));
  const number = Number(given);
  if (!/^\d+$/.test(given) || number < least || number > most) {
    throw new Error(`${given} is no whole number from ${least} to ${most}. Correct the parameter ${name}.`);
  }
  return number;
}

module.exports = { extensions, forwardCallsPerSecond, outboxDays, evidenceDays };
