/**
 * Follows a deployment until it ends. It prints a line for each entry of the timeline, and what a person has to do when
 * the deployment waits for one.
 */
const { setTimeout: sleep } = require('node:timers/promises');

const EVERY_MS = 2_000;

/** Resolves with `problem` when the new version is not live in the end. */
async function follow(api, { one, id, url, say }) {
  const path = `/deployments/${encodeURIComponent(id)}`;
  let seen = 0;
  for (;;) {
    const { deployment, problem } = await look(api, { path, id, url });
    if (problem !== undefined) return { problem };
    for (const entry of deployment.timeline.filter(({ sequence }) => sequence > seen)) {
      seen = entry.sequence;
      say(line(one, { entry, openedAt: deployment.openedAt }));
      if (entry.kind === 'ApprovalRequested') say(approval(one, { path, url }));
    }
    // Works also with a status that only a newer Slipway has.
    if (deployment.settledAt !== null) return { problem: problemIn(deployment) };
    await sleep(EVERY_MS);
  }
}

async function look(api, { path, id, url }) {
  try {
    return { deployment: await api.get(path) };
  } catch (error) {
    const next = `The rollout goes on without this command: GET ${url}${path} says how it ends.`;
    return { problem: `${id} cannot be followed: ${error.message} ${next}` };
  }
}

function line({ key }, { entry, openedAt }) {
  const seconds = ((Date.parse(entry.at) - Date.parse(openedAt)) / 1_000).toFixed(1).padStart(6);
  const words = entry.kind.replace(/(?<=[a-z])(?=[A-Z])/g, ' ').toLowerCase();
  const percent = entry.data?.canaryPercent;
  return `Slipway: ${key} ${seconds} s  ${words}: ${entry.because}${typeof percent === 'number' ? ` (${percent} %)` : ''}`;
}

function approval({ key }, { path, url }) {
  return `Slipway: ${key} waits for a person who may approve it, and not for whoever deployed it: POST ${url}${path}/approve.`;
}

function problemIn({ id, status, because, canary, stable, timeline, movedNothing }) {
  if (status === 'promoted') {
    // The alarm may turn red just after 100 %: then the watch undoes the promotion.
    const back = timeline.findLast(({ kind }) => kind === 'TrafficTakenBack' || kind === 'Promoted');
    if (back?.kind !== 'TrafficTakenBack') return undefined;
    return `version ${canary} was promoted and taken back again: ${back.because.replace(/\.+$/, '')}. Version ${stable} is live.`;
  }
  if (status === 'unchanged') return undefined;
  const reason = (because ?? 'no reason was given').replace(/\.+$/, '');
  if (status === 'rolledBack') {
    const next = `Mend it and deploy again: version ${stable} is live, and GET /deployments/${id}/explain shows what was seen.`;
    return `version ${canary} was taken back: ${reason}. ${next}`;
  }
  if (status === 'superseded') return `${id} gave way to a newer deployment, which now decides what is live.`;
  if (movedNothing) {
    return `${id} failed: ${reason}. Mend it and deploy again: what was live is live, and GET /deployments/${id}/explain shows what was done.`;
  }
  return `${id} failed: ${reason}. GET /deployments/${id}/explain shows what was done; version ${stable} was live before it.`;
}

module.exports = { follow };
