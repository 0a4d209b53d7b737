/** Stops the plugin. The framework shows its own error class as a sentence without a stack trace, and exits with 1. */
function refuse(serverless, message) {
  throw new serverless.classes.Error(`Slipway: ${message}`, 'SLIPWAY');
}

/**
 * A refusal by Slipway or on the way to it. `status` is 0 when there was no answer; `findings` are those of the check
 * before a rollout.
 */
class Refusal extends Error {
  constructor(message, { status, findings = [] }) {
    super(message);
    Object.assign(this, { status, findings });
  }
}

module.exports = { refuse, Refusal };
