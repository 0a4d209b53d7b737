/**
 * A policy that allows a caller to call a function must also allow its alias: Lambda checks the ARN that was called.
 */
const { moveReferences } = require('./references.js');

const CALLS = /^(\*|lambda:(\*|Invoke.*))$/i;

function allowAlias(part, one) {
  if (typeof part !== 'object' || part === null) return;
  if (part.Effect === 'Allow' && [part.Action ?? []].flat().some((action) => CALLS.test(action))) {
    widen(part, one);
    return;
  }
  for (const below of Object.values(part)) allowAlias(below, one);
}

function widen(statement, one) {
  const before = [statement.Resource ?? []].flat();
  const onAlias = before.flatMap((resource) => {
    const { moved, value } = moveReferences(resource, one);
    return moved.length > 0 ? [value] : [];
  });
  const known = new Set(before.map((resource) => JSON.stringify(resource)));
  const added = onAlias.filter((resource) => !known.has(JSON.stringify(resource)));
  if (added.length > 0) statement.Resource = [...before, ...added];
}

module.exports = { allowAlias };
