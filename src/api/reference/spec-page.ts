/** The reference page of slipway.yml, made from its JSON Schema, so that a new field of the schema is on the page. */
import type { SchemaNode } from './schema-node.ts';
import { SPEC_EXAMPLES } from './spec-examples.ts';
import { type FieldRow, type FieldTable, tablesOf } from './spec-tables.ts';

const HEAD = `# slipway.yml

Written by \`npx node src/api/write-spec-reference.ts\` from the schema with which Slipway reads the file. A test holds it equal.

\`slipway lint\` checks a file, \`slipway apply -f slipway.yml\` registers it, and \`slipway init\` writes the first one. For an editor
there is a [JSON Schema](../service-spec.schema.json). A field that is not on this page is refused.

A length of time has exactly one unit: \`{ seconds: 90 }\`, \`{ minutes: 5 }\` or \`{ hours: 2 }\`. A limit that is a regular expression
is the exact form of a text. An example without \`name\` and \`target\` goes into a file that has them.

## The file`;

const BETWEEN = `## Rules between fields

* Weights only rise. The routes \`rolling\` and \`blueGreen\` allow no weight but 100.
* The deadline is at least as long as all bakes, approvals and hooks, and the bakes that \`noData: extend\` may repeat.
* The bakes before a judge step are long enough for the judge to decide anything.
* \`metricsFrom: { kind: targetGroups }\` needs the route \`albIngress\` and periods of 60 seconds.

A refusal names the field, the fact and what to write.`;

export function specPage(schema: SchemaNode): string {
  const [file, ...tables] = tablesOf(schema);
  const fields = Object.entries(schema.properties ?? {});
  return [
    HEAD,
    ...(file === undefined ? [] : [tableText(file)]),
    ...fields.flatMap(([field, node]) => fieldPart(field, { node, tables })),
    BETWEEN,
    '',
  ].join('\n\n');
}

interface FieldPart {
  readonly node: SchemaNode;
  readonly tables: readonly FieldTable[];
}

/** A field with neither parts nor an example is told in full by its row in the first table. */
function fieldPart(field: string, { node, tables }: FieldPart): string[] {
  const own = tables.filter(({ path }) => path.split(/[.[]/)[0] === field);
  const examples = SPEC_EXAMPLES.filter((example) => example.field === field);
  if (own.length === 0 && examples.length === 0) return [];
  return [
    `## ${field}`,
    ...(node.description === undefined ? [] : [prose(node.description)]),
    ...own.flatMap((table) => [
      `### ${titleOf(table)}`,
      ...(table.about === '' || table.about === node.description ? [] : [prose(table.about)]),
      tableText(table),
    ]),
    ...examples.flatMap(({ shows, yaml }) => [`${shows}:`, `\`\`\`yaml\n${yaml}\n\`\`\``]),
  ];
}

function titleOf({ path, form }: FieldTable): string {
  return form === null ? `\`${path}\`` : `\`${path}\`, ${form}`;
}

function tableText({ rows }: FieldTable): string {
  const head = ['| Field | Type | Default | Limit | Meaning |', '|---|---|---|---|---|'];
  return [...head, ...rows.map(rowText)].join('\n');
}

function rowText({ field, type, usual, limits, about }: FieldRow): string {
  return `| ${[`\`${field}\``, type, usual, limits, prose(about)].map(cell).join(' | ')} |`;
}

/** A word in angle brackets, such as <workload>, would be taken for HTML. */
function prose(text: string): string {
  return text.replaceAll(/<[\w-]+>[\w-]*/g, (word) => `\`${word}\``);
}

function cell(text: string): string {
  return text.replaceAll('|', '\\|').replaceAll('\n', ' ');
}
