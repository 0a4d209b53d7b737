/**
 * Writes YAML like a person, with comments: a list has one item per line, and a map in a list or in a field is on one
 * line.
 */
import { Document, isMap, isSeq, type Node, Scalar, visit, YAMLMap } from 'yaml';

interface Place {
  /** The lines above the field, without their #. */
  readonly comment?: readonly string[] | undefined;
  /** True when an empty line is above the field and its comment. */
  readonly isApart?: true;
}

/** With `fields`, each field is on a line of its own. */
export type YamlField = Place & ({ readonly value: unknown } | { readonly fields: YamlFields });
export type YamlFields = Readonly<Record<string, YamlField>>;

export interface YamlOrder {
  readonly fields: YamlFields;
  /** A comment below all fields. */
  readonly end?: readonly string[];
}

export function yamlText({ fields, end = [] }: YamlOrder): string {
  const document = new Document(mapFrom(fields));
  if (end.length > 0) document.comment = commentFrom(end);
  return document.toString({ lineWidth: 0 });
}

function mapFrom(fields: YamlFields): YAMLMap {
  const map = new YAMLMap();
  for (const [name, field] of Object.entries(fields)) {
    const key = new Scalar(name);
    if (field.comment !== undefined && field.comment.length > 0) key.commentBefore = commentFrom(field.comment);
    if (field.isApart) key.spaceBefore = true;
    map.set(key, 'fields' in field ? mapFrom(field.fields) : nodeFrom(field.value));
  }
  return map;
}

function nodeFrom(value: unknown): Node {
  const node = new Document().createNode(value);
  visit(node, {
    Map(_, map, path) {
      const isItem = isSeq(path.at(-1));
      // For example `- bake: { minutes: 5 }`.
      map.flow = !(isItem && map.items.length === 1);
    },
    Seq(_, seq, path) {
      const isInLine = path.some((above) => isMap(above) && above.flow === true);
      seq.flow = isInLine || seq.items.length === 0;
    },
  });
  return node;
}

function commentFrom(lines: readonly string[]): string {
  return lines.map((line) => ` ${line}`).join('\n');
}
