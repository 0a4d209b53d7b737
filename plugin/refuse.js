/** What stops the plugin. The framework shows an error of its own class as a sentence, without a stack trace, and exits with 1. */
function refuse(serverless, message) {
  throw new serverless.classes.Error(`Slipway: ${message}`, 'SLIPWAY');
}

/** What Slipway, or the way to it, refuses. `status` is 0 when nothing answered; `findings` are those of the check before a rollout. */
class Refusal extends Error {
  constructor(message, { status, findings = [] }) {
    super(message);
    Object.assign(this, { status, findings });
  }
}

module.exports = { refuse, Refusal };
