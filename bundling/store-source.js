/** Finds places in a file of the store. */
import ts from 'typescript';

/** Returns where a function of that name is called, in order: [start, end) of each call. */
export function callsOf(name, text) {
  const source = ts.createSourceFile('store.ts', text, ts.ScriptTarget.Latest, true);
  const calls = [];
  const visit = (node) => {
    if (ts.isCallExpression(node) && node.expression.getText() === name)
      calls.push({ start: node.getStart(), callee: node.expression.getEnd(), end: node.getEnd() });
    else ts.forEachChild(node, visit);
  };
  visit(source);
  return calls;
}

/**
 * Marks the objects that a file makes when it is loaded (tables, columns, conditions) as safe to remove when nothing
 * uses them.
 */
export function withPureConstants(text) {
  const source = ts.createSourceFile('store.ts', text, ts.ScriptTarget.Latest, true);
  const makes = source.statements
    .filter(ts.isVariableStatement)
    .flatMap(({ declarationList }) => declarationList.declarations)
    .filter(({ name, initializer }) => ts.isIdentifier(name) && initializer && !isPlain(initializer));
  let written = text;
  for (const { initializer } of makes.reverse()) {
    const [start, end] = [initializer.getStart(), initializer.getEnd()];
    written = `${written.slice(0, start)}/* @__PURE__ */ (() => (${written.slice(start, end)}))()${written.slice(end)}`;
  }
  return written;
}

function isPlain(node) {
  return ts.isLiteralExpression(node) || ts.isArrowFunction(node);
}
