/**
 * Runs a statement that Drizzle built when the function was bundled (bundling/statements.js), on the driver itself. What it
 * takes and returns is what the statement's own `execute` does; the contract suite of the store runs on it too.
 */

export interface Compiled {
  readonly name: string;
  readonly text: string;
  /** A placeholder and how its value is written; or `=` and a value that is always the same. */
  readonly params: readonly (readonly [string, unknown])[];
  /** Where a column goes in the row's object, and how it is read. Left out: the statement returns no rows. */
  readonly fields?: readonly Field[];
}

type Field = readonly [readonly string[], 'same' | 'number' | ((text: string) => unknown)];

interface Connection {
  query(
    query: { readonly name: string; readonly text: string; readonly rowMode?: 'array' },
    values: readonly unknown[],
  ): Promise<{ readonly rows: readonly (readonly unknown[])[] }>;
}

export function compiled({ name, text, params, fields }: Compiled) {
  const query = { name, text, ...(fields && { rowMode: 'array' as const }) };
  return (connection: Connection) => ({
    async execute(values: Readonly<Record<string, unknown>> = {}) {
      const { rows } = await connection.query(
        query,
        params.map((param) => written(param, values)),
      );
      return fields === undefined ? rows : rows.map((row) => objectOf(row, fields));
    },
  });
}

function written([name, how]: readonly [string, unknown], values: Readonly<Record<string, unknown>>): unknown {
  if (name === '=') return how;
  if (!(name in values)) throw new Error(`No value for the placeholder ${name}.`);
  const value = values[name];
  return how === 'json' && value !== null && value !== undefined ? JSON.stringify(value) : value;
}

function objectOf(row: readonly unknown[], fields: readonly Field[]): Record<string, unknown> {
  const object: Record<string, unknown> = {};
  for (const [index, [path, how]] of fields.entries()) {
    const within = path.slice(0, -1).reduce(partOf, object);
    within[path.at(-1) ?? ''] = read(row[index], how);
  }
  return object;
}

function partOf(object: Record<string, unknown>, name: string): Record<string, unknown> {
  const part = (object[name] ?? {}) as Record<string, unknown>;
  object[name] = part;
  return part;
}

function read(value: unknown, how: Field[1]): unknown {
  if (value === null || how === 'same') return value;
  return how === 'number' ? Number(value) : how(value as string);
}
