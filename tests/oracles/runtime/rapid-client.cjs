/**
 * Replaces the native part of AWS's runtime client. One invocation comes from standard input, and the answer or the
 * error of the function goes to file descriptor 3. There is no second invocation, as in an environment that Lambda has
 * frozen.
 */
const { readFileSync, writeSync } = require('node:fs');
const Module = require('node:module');

const { event, headers } = JSON.parse(readFileSync(0, 'utf8'));
let served = false;

const native = {
  next: () => {
    if (served) return new Promise(() => {});
    served = true;
    return Promise.resolve({ bodyJson: JSON.stringify(event), headers });
  },
  done: (_, body) => write({ answered: JSON.parse(body) }),
  error: (_, body) => write({ threw: JSON.parse(body) }),
};

function write(outcome) {
  writeSync(3, `${JSON.stringify(outcome)}\n`);
}

Module._extensions['.node'] = (module) => {
  module.exports = native;
};
