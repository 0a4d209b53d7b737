/**
 * A client of the SDK describes every operation and every error of its service in one file. esbuild cannot leave out the
 * parts that no function uses, 95 KB in the client of Lambda, for two reasons: the keys of the descriptions are computed,
 * and each error is registered when the file is loaded.
 */
import ts from 'typescript';

/**
 * The text of such a file with its keys written out and its registrations marked as free of effects. An error that is
 * not registered is thrown as the exception of the service, and its name is still the name that the service sent. Where a
 * service sends codes that are not names (`awsQueryError`), the registrations stay.
 */
export function shakable(text) {
  const source = ts.createSourceFile('schemas.js', text, ts.ScriptTarget.Latest, true);
  const keys = writtenKeys(source);
  if (keys.length === 0) throw new Error('A client of the SDK has no computed keys. Look at bundling/schemas.js.');
  const registrations = text.includes('"awsQueryError"') ? [] : registrationsIn(source);
  return [...keys, ...registrations]
    .sort((one, other) => other.start - one.start)
    .reduce((left, { start, end, written }) => left.slice(0, start) + written + left.slice(end), text);
}

/** `[_hE]: 400` becomes `"httpError": 400`, because the file says `const _hE = "httpError"`. */
function writtenKeys(source) {
  const constants = constantsOf(source);
  const keys = [];
  const visit = (node) => {
    const written = ts.isComputedPropertyName(node) ? constants.get(node.expression.getText()) : undefined;
    if (written !== undefined) keys.push({ start: node.getStart(), end: node.getEnd(), written });
    ts.forEachChild(node, visit);
  };
  visit(source);
  return keys;
}

function constantsOf({ statements }) {
  const declarations = statements
    .filter((statement) => ts.isVariableStatement(statement) && statement.declarationList.flags & ts.NodeFlags.Const)
    .flatMap(({ declarationList }) => [...declarationList.declarations]);
  return new Map(
    declarations
      .filter(({ initializer }) => initializer !== undefined && ts.isStringLiteral(initializer))
      .map(({ name, initializer }) => [name.getText(), initializer.getText()]),
  );
}

function registrationsIn({ statements }) {
  return statements
    .filter((statement) => /\.registerError$/.test(statement.expression?.expression?.getText() ?? ''))
    .map((statement) => ({ start: statement.getStart(), end: statement.getStart(), written: '/* @__PURE__ */ ' }));
}
