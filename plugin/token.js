/** The bearer token: from the environment variable that the settings name, or from GitHub, which identifies the job. */

const { Refusal } = require('./refuse.js');

/** A token of GitHub is valid for some minutes; a rollout may take longer. */
const KEPT_MS = 120_000;

function tokenSource({ variable, audience }) {
  const given = process.env[variable];
  if (given !== undefined && given.trim() !== '') return { read: async () => given.trim(), forget: () => false };
  const { ACTIONS_ID_TOKEN_REQUEST_URL: address, ACTIONS_ID_TOKEN_REQUEST_TOKEN: secret } = process.env;
  // Slipway on this machine needs no token. Any other Slipway answers that it needs one.
  if (!address || !secret) return { read: async () => null, forget: () => false };
  let kept = { token: null, until: 0 };
  return {
    async read() {
      if (Date.now() < kept.until) return kept.token;
      kept = { token: await fromGitHub({ address, secret, audience }), until: Date.now() + KEPT_MS };
      return kept.token;
    },
    /** Returns whether a newer token is available. */
    forget() {
      kept = { token: null, until: 0 };
      return true;
    },
  };
}

async function fromGitHub({ address, secret, audience }) {
  const asked = audience === undefined ? address : `${address}&audience=${encodeURIComponent(audience)}`;
  const response = await fetch(asked, { headers: { authorization: `bearer ${secret}` } });
  const { value } = response.ok ? await response.json() : {};
  if (typeof value === 'string') return value;
  const next = 'Give the job permissions: id-token: write.';
  throw new Refusal(`GitHub gave no token for this job (${response.status}). ${next}`, { status: 401 });
}

module.exports = { tokenSource };
