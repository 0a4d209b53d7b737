/** Reads YAML with the short tags of CloudFormation as the JSON that they mean: `!Ref Fn` is `{ Ref: 'Fn' }`. */
import { type CollectionTag, parse, type ScalarTag, type Tags, type YAMLMap, type YAMLSeq } from 'yaml';

export function readCloudFormationYaml(text: string): unknown {
  return parse(text, { customTags: (tags: Tags) => [...tags, ...TAGS] });
}

const NAMES = ['Ref', 'Condition', 'GetAtt', 'Sub', 'Join', 'If', 'Equals', 'Not', 'And', 'Or', 'Select', 'Split'];
const MORE_NAMES = ['ImportValue', 'FindInMap', 'Base64', 'GetAZs', 'Cidr'];

const TAGS = [...NAMES, ...MORE_NAMES].flatMap((name): (ScalarTag | CollectionTag)[] => {
  const key = name === 'Ref' || name === 'Condition' ? name : `Fn::${name}`;
  return [
    { tag: `!${name}`, resolve: (value) => ({ [key]: name === 'GetAtt' ? partsOf(value) : value }) },
    ...(['seq', 'map'] as const).map((collection) => ({
      tag: `!${name}`,
      collection,
      resolve: (value: YAMLMap.Parsed | YAMLSeq.Parsed) => ({ [key]: value.toJSON() }),
    })),
  ];
});

/** `Fn.Arn`: the first dot ends the logical id. */
function partsOf(text: string): string[] {
  const dot = text.indexOf('.');
  return [text.slice(0, dot), text.slice(dot + 1)];
}
