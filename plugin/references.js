/**
 * Finds references to a function in a part of a template: Ref, GetAtt, Sub, Join and plain ARNs. `moveReferences`
 * returns the part with the alias in their place, the paths where they were, and references to another version or
 * alias.
 */
function moveReferences(value, one, path = []) {
  const found = { moved: [], elsewhere: [] };
  return { ...found, value: movedIn(value, { one, found, path }) };
}

/**
 * Properties that name the resource itself. People often use the function's name for these too, but they do not call
 * it.
 */
const OWN_NAME = /^(Id|Name|StatementId|Description|(Rule|Topic|Queue|Bucket|LogGroup|StateMachine)Name)$/;

function movedIn(value, at) {
  if (typeof value === 'string') return movedText(value, at);
  if (Array.isArray(value)) return value.map((item, index) => movedIn(item, below(at, index)));
  if (typeof value !== 'object' || value === null) return value;
  const { functionId, aliasId } = at.one;
  if (value.Ref === functionId || isArnOf(value, functionId)) {
    at.found.moved.push(at.path);
    return { Ref: aliasId };
  }
  if (value['Fn::Sub'] !== undefined) return { 'Fn::Sub': movedSub(value['Fn::Sub'], at) };
  if (value['Fn::Join'] !== undefined) return movedJoin(value['Fn::Join'], at);
  const entries = Object.entries(value).map(([key, part]) => [key, movedProperty(key, { part, at })]);
  return Object.fromEntries(entries);
}

function movedProperty(key, { part, at }) {
  // A target of a load balancer has the function's ARN as its Id.
  const isOwn = OWN_NAME.test(key) && !/\bArn"|:function:|\.Arn\}/.test(JSON.stringify(part));
  if (isOwn && at.path.at(-1) !== 'DefinitionSubstitutions') return part;
  // A bare name is a function's name only in a property that expects a function's name.
  const inside = below(at, key);
  return key === 'FunctionName' && part === at.one.name ? movedName(part, inside) : movedIn(part, inside);
}

function movedName(name, { one, found, path }) {
  found.moved.push(path);
  return `${name}:${one.alias}`;
}

function below(at, step) {
  return { ...at, path: [...at.path, step] };
}

function isArnOf(value, functionId) {
  const asked = value?.['Fn::GetAtt'];
  return (Array.isArray(asked) ? asked.join('.') : asked) === `${functionId}.Arn`;
}

/**
 * Keeps a reference to the alias, moves a reference without a qualifier or with $LATEST, and notes a reference to
 * anything else.
 */
function isToMove(qualifier, { one, found, path }) {
  if (qualifier === one.alias) return false;
  if (qualifier !== undefined && qualifier !== '$LATEST') {
    found.elsewhere.push({ path, qualifier });
    return false;
  }
  found.moved.push(path);
  return true;
}

/** A plain ARN stays plain: its author may have avoided a circle of references. */
function movedText(text, at) {
  const arn = new RegExp(
    `((?::function:|"FunctionName"\\s*:\\s*")${at.one.name})(?![A-Za-z0-9_*-])(?::([$\\w*{}.-]+))?`,
    'g',
  );
  return text.replace(arn, (all, unqualified, qualifier) =>
    qualifier !== '*' && isToMove(qualifier, at) ? `${unqualified}:${at.one.alias}` : all,
  );
}

function movedSub(sub, at) {
  const [text, variables] = inlined(sub, at.one);
  const { functionId, aliasId, alias } = at.one;
  const reference = new RegExp(`\\$\\{${functionId}(\\.Arn)?\\}(?::([$\\w*{}.-]+))?`, 'g');
  const moved = text.replace(reference, (all, isArn, qualifier, offset) => {
    // In any other place the name is a part of another name.
    const isAsked = /function:$|"FunctionName"\s*:\s*"$/.test(text.slice(0, offset));
    const isName = isArn === undefined && !isAsked && all !== text;
    if (isName || qualifier === '*') return all;
    const isKept = !isToMove(qualifier, at);
    if (isKept && qualifier !== alias) return all;
    return isArn === undefined ? `\${${functionId}}:${alias}` : `\${${aliasId}}`;
  });
  const whole = movedText(moved, at);
  return variables === undefined ? whole : [whole, movedIn(variables, below(at, 'Fn::Sub'))];
}

/** A variable that is the function is put into the text, so that the text before it is visible. */
function inlined(sub, { functionId, name }) {
  if (!Array.isArray(sub)) return [sub, undefined];
  const others = { ...sub[1] };
  let [text] = sub;
  for (const [key, value] of Object.entries(others)) {
    const isArn = isArnOf(value, functionId);
    if (!isArn && value?.Ref !== functionId && value !== name) continue;
    const written = value === name ? name : `\${${functionId}${isArn ? '.Arn' : ''}}`;
    text = text.replaceAll(`\${${key}}`, () => written);
    delete others[key];
  }
  return [text, Object.keys(others).length === 0 ? undefined : others];
}

/** The parts of a Join are read together: the part after the function is its qualifier. */
function movedJoin([delimiter, parts], at) {
  if (!Array.isArray(parts)) return { 'Fn::Join': [delimiter, movedIn(parts, at)] };
  const made = [];
  for (let index = 0; index < parts.length; index += 1) {
    const part = parts[index];
    const kind = kindOf(part, { before: made.at(-1), delimiter, one: at.one });
    if (kind === 'other') {
      // With other parts, it is a piece of another name, such as that of its log group.
      const isPiece = part?.Ref === at.one.functionId && parts.length > 1;
      made.push(isPiece ? part : movedIn(part, below(at, index)));
      continue;
    }
    const { qualifier, takes, rest } = qualifierAfter(parts.slice(index + 1), delimiter);
    if (qualifier === '*' || (!isToMove(qualifier, at) && qualifier !== at.one.alias)) {
      made.push(part);
      continue;
    }
    made.push(...onAlias({ part, kind, delimiter, one: at.one }), ...rest);
    index += takes;
  }
  return made.length === 1 ? made[0] : { 'Fn::Join': [delimiter, made] };
}

/** `arn`: the function's ARN. `name`: its name, at a place of an ARN where a function's name is. */
function kindOf(part, { before, delimiter, one }) {
  if (isArnOf(part, one.functionId)) return 'arn';
  if (typeof part === 'string' && part.endsWith(`:function:${one.name}`)) return 'name';
  const asks = delimiter === ':' ? /(^|:)function$/ : /function:$|"FunctionName"\s*:\s*"$/;
  const isAfterFunction = typeof before === 'string' && asks.test(before);
  return isAfterFunction && (part?.Ref === one.functionId || part === one.name) ? 'name' : 'other';
}

function onAlias({ part, kind, delimiter, one: { aliasId, alias } }) {
  if (kind === 'arn') return [{ Ref: aliasId }];
  return delimiter === ':' ? [part, alias] : [part, `:${alias}`];
}

/** Returns the qualifier of the part before, the number of parts that it takes, and the rest of the last of them. */
function qualifierAfter(parts, delimiter) {
  const [first, second] = parts;
  if (delimiter === ':') {
    return typeof first === 'string' ? { qualifier: first, takes: 1, rest: [] } : { takes: 0, rest: [] };
  }
  if (first === ':' && typeof second === 'string') return { qualifier: second, takes: 2, rest: [] };
  const joined = typeof first === 'string' ? /^:([$\w*-]+)(.*)$/s.exec(first) : null;
  if (joined === null) return { takes: 0, rest: [] };
  return { qualifier: joined[1], takes: 1, rest: joined[2] === '' ? [] : [joined[2]] };
}

module.exports = { moveReferences };
