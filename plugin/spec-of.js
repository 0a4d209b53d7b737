/**
 * The spec by which Slipway registers a function: from a file, from fields in serverless.yml, or only from what the
 * stack made.
 */
const { existsSync } = require('node:fs');
const { resolve } = require('node:path');
const { refuse } = require('./refuse.js');

const FILE = 'slipway.yml';

/**
 * What the files and fields say about one function; null when they say nothing. A file that several functions share, or
 * that is only beside serverless.yml, belongs to the function that it names.
 */
function specGiven(serverless, { key, name, own, given }) {
  const spec = own.spec ?? given.spec;
  if (spec === false) return null;
  if (typeof spec === 'object') return spec;
  const path = resolve(serverless.serviceDir, spec ?? FILE);
  if (spec === undefined && !existsSync(path)) return null;
  const read = readFile(serverless, path);
  if (read?.target?.function === name) return read;
  if (own.spec === undefined) return null;
  const fact = `${path} is about the function ${read?.target?.function}, and ${key} is ${name} in this stage`;
  return refuse(serverless, `${fact}. Name a file for each stage: custom.slipway.functions.${key}.spec.`);
}

function readFile(serverless, path) {
  try {
    return serverless.utils.readFileSync(path);
  } catch (cause) {
    return refuse(
      serverless,
      `the spec ${path} cannot be read: ${cause.message} Correct custom.slipway.spec, or the file.`,
    );
  }
}

/** The spec as it is registered: the given fields, with the target and the alarms that the stack makes. */
function specOf({ service, name, alias, alarms, given }) {
  const made = alarms.length === 0 ? {} : { alarms: alarms.map((alarm) => alarm.name) };
  return { ...made, ...given, name: service, target: { kind: 'lambda', function: name, alias } };
}

module.exports = { specGiven, specOf };
