/**
 * Runs a statement directly on the driver. Drizzle built the statement when the function was bundled
 * (bundling/statements.js). Input and result are those of the statement's own `execute`; the contract suite of the
 * store also runs on it.
 */

export interface Compiled {
  readonly name: string;
  readonly text: string;
  readonly params: readonly Param[];
  /** In the order of the columns, in lists that statements share. Left out when the statement returns no rows. */
  readonly fields?: readonly (readonly Field[])[];
}

/** A placeholder, with the function that converts its value if there is one; or a constant value. */
type Param = string | readonly [string, (value: unknown) => unknown] | { readonly value: unknown };
/**
 * The path of a column in the row's object, as in `deployment.id`, with the function that converts its value if there
 * is one.
 */
type Field = string | readonly [string, (value: never) => unknown];

interface Connection {
  query(
    query: { readonly name: string; readonly text: string; readonly rowMode?: 'array' },
    values: readonly unknown[],
  ): Promise<{ readonly rows: readonly (readonly unknown[])[] }>;
}

export function compiled({ name, text, params, fields }: Compiled) {
  const query = { name, text, ...(fields && { rowMode: 'array' as const }) };
  const places = fields?.flatMap((list) => list.map(placeOf));
  return (connection: Connection) => ({
    async execute(values: Readonly<Record<string, unknown>> = {}) {
      const { rows } = await connection.query(
        query,
        params.map((param) => written(param, values)),
      );
      return places === undefined ? rows : rows.map((row) => objectOf(row, places));
    },
  });
}

function written(param: Param, values: Readonly<Record<string, unknown>>): unknown {
  if (typeof param !== 'string' && 'value' in param) return param.value;
  const [name, through] = typeof param === 'string' ? [param] : param;
  if (!(name in values)) throw new Error(`No value for the placeholder ${name}.`);
  const value = values[name];
  return through === undefined || value === null ? value : through(value);
}

interface Place {
  readonly parts: readonly string[];
  readonly name: string;
  readonly through: ((value: never) => unknown) | undefined;
}

function placeOf(field: Field): Place {
  const [path, through] = typeof field === 'string' ? [field] : field;
  const parts = path.split('.');
  return { parts: parts.slice(0, -1), name: parts.at(-1) ?? '', through };
}

function objectOf(row: readonly unknown[], places: readonly Place[]): Record<string, unknown> {
  const object: Record<string, unknown> = {};
  for (const [index, { parts, name, through }] of places.entries()) {
    const within = parts.reduce(partOf, object);
    const value = row[index];
    within[name] = through === undefined || value === null ? value : through(value as never);
  }
  return object;
}

function partOf(object: Record<string, unknown>, name: string): Record<string, unknown> {
  const part = (object[name] ?? {}) as Record<string, unknown>;
  object[name] = part;
  return part;
}
