/** Mistakes in a slipway.yml: each with its place and what is said about it. `lint` and `apply` are tried with all. */

export interface Mistake {
  readonly about: string;
  readonly text: string;
  /** The line and the column, both from 1. */
  readonly at: string;
  readonly says: string;
}

const SHOP = 'name: shop\ntarget: { kind: lambda, function: shop }\nalarms: [shop-errors]\n';
const shop = (more: string) => `${SHOP}${more}\n`;

/** In each text the mistake is marked with ^ before it, which is taken out. */
const MARKED: readonly { readonly about: string; readonly text: string; readonly says: string }[] = [
  {
    about: 'a misspelled field',
    text: shop('^stratgy: canary10Percent5Minutes'),
    says: 'There is no field "stratgy" here. Did you mean "strategy"?',
  },
  {
    about: 'a misspelled field that is required',
    text: '^nmae: shop\ntarget: { kind: lambda, function: shop }\n',
    says: 'There is no field "nmae" here. Did you mean "name"?',
  },
  {
    about: 'a misspelled step',
    text: shop('strategy:\n  - ^setWieght: 10\n  - bake: { minutes: 5 }'),
    says: 'There is no field "setWieght" here. Did you mean "setWeight"?',
  },
  {
    about: 'a misspelled unit of time',
    text: shop('strategy:\n  - setWeight: 10\n  - bake: {^minute: 5}'),
    says: 'There is no field "minute" here. Did you mean "minutes"?',
  },
  {
    about: 'a misspelled kind of judge',
    text: shop('judge: {kind: ^sequental}'),
    says: 'Did you mean "sequential"?',
  },
  {
    about: 'a misspelled kind of target',
    text: 'name: shop\ntarget: { kind: ^lambada, function: shop }\n',
    says: 'The kind of target is "lambada"; write "lambda" or "kubernetes". Did you mean "lambda"?',
  },
  {
    about: 'a misspelled field kind',
    text: 'name: shop\ntarget: { ^kidn: lambda, function: shop }\n',
    says: 'There is no field "kidn" here. Did you mean "kind"?',
  },
  {
    about: 'a misspelled preset',
    text: shop('strategy: ^canary10Percent5Minute'),
    says: 'Did you mean "canary10Percent5Minutes"?',
  },
  {
    about: 'a misspelled word of an enum',
    text: shop('noData: ^Hold'),
    says: 'The policy is "Hold"; write "hold", "extend" or "rollBack". Did you mean "hold"?',
  },
  {
    about: 'a misspelled field of an alarm',
    text: shop('').replace('[shop-errors]', '[{ ^errorAbove: 1 %, over: 1 minute }]'),
    says: 'There is no field "errorAbove" here. Did you mean "errorsAbove"?',
  },
  {
    about: 'a misspelled field of a judged metric',
    text: shop('judge:\n  kind: sequential\n  metrics:\n    - ^metrc: errors'),
    says: 'There is no field "metrc" here. Did you mean "metric"?',
  },
  {
    about: 'a field in the wrong place',
    text: shop('^bake: { minutes: 5 }'),
    says: 'There is no field "bake" here. It belongs into strategy.',
  },
  {
    about: 'a field of another kind of target',
    text: 'name: shop\ntarget: { kind: lambda, function: shop, ^namespace: shop }\n',
    says: 'There is no field "namespace" here. It belongs into target of the kind kubernetes.',
  },
  {
    about: 'a field that does not exist',
    text: shop('^colour: red'),
    says: 'There is no field "colour" here. The fields here are name, target,',
  },
  {
    about: 'a missing field of an object',
    text: 'name: shop\n^target:\n  kind: lambda\n',
    says: 'The field "function" is missing; write a text.',
  },
  {
    about: 'a number that is too large',
    text: shop('strategy: [{ setWeight: ^120 }]'),
    says: 'The weight is 120; a weight is a whole number from 1 to 100.',
  },
  {
    about: 'a number in quotes',
    text: shop('strategy: [{ setWeight: ^"10" }]'),
    says: 'a whole number from 1 to 100. Write it without quotes: 10.',
  },
  { about: 'a number for a name', text: shop('').replace('name: shop', 'name: ^2024'), says: 'in quotes: "2024".' },
  {
    about: 'yes for true',
    text: shop('judge: { kind: sequential, metrics: [{ metric: errors, observedOnly: ^yes }] }'),
    says: 'This is "yes"; write true or false.',
  },
  {
    about: 'a deadline that does not leave the time',
    text: shop('strategy: [{ setWeight: 10 }, { bake: { hours: 3 } }]\ndeadline: ^{ hours: 1 }'),
    says: 'which the deadline of 1 hour does not leave',
  },
  {
    about: 'a weight that goes down',
    text: shop('strategy:\n  - setWeight: 50\n  - bake: { minutes: 5 }\n  - setWeight: ^10'),
    says: 'The weight 10 does not rise above the 50 before it.',
  },
  {
    about: 'a tab',
    text: 'name: shop\ntarget:\n^\tkind: lambda\n',
    says: 'The line begins with a tab, which YAML does not allow. Indent it with spaces.',
  },
  { about: 'a field that is there twice', text: shop('^name: shop'), says: 'The field "name" is there twice.' },
  {
    about: 'a wrong indentation',
    text: 'name: shop\ntarget:\n  kind: lambda\n^ function: shop\n',
    says: 'The line begins at another column than the fields above it.',
  },
  { about: 'a list without an end', text: 'name: shop\nalarms: [a, b\n^watch: 1\n', says: 'A [ has no ] before' },
  { about: 'a text without its closing quote', text: 'name: "shop\n^', says: 'Write the closing quote.' },
  { about: 'a second colon in a line', text: 'name: ^shop: two\n', says: 'The line has a second colon' },
  { about: 'a line without a colon', text: '^name shop\ntarget: x\n', says: 'The line is no field with a value.' },
  { about: 'no space after the colon', text: '^name:shop\n', says: 'The file holds one value and no fields.' },
  { about: 'a text that begins with @', text: 'name: ^@acme\n', says: 'A text cannot begin with "@".' },
  { about: 'a tag of CloudFormation', text: 'name: ^!Ref Shop\n', says: 'The tag !Ref means nothing here.' },
  {
    about: 'several services in a file',
    text: `${SHOP}---\n^${SHOP}`,
    says: 'A second document begins here, after ---, and a file has one service.',
  },
  {
    about: 'an alias without its anchor',
    text: 'name: ^*shop\n',
    says: '*shop names no part of the file before it.',
  },
  {
    about: 'a merge key',
    text: 'name: shop\ntarget: &t { kind: lambda, function: shop }\njudge: { ^<<: *t }\n',
    says: 'Merge keys are not read.',
  },
  {
    about: 'an alias that names what it is in',
    text: 'name: shop\nhooks: &h { beforeTraffic: [^*h] }\n',
    says: '*h names the part that it is in.',
  },
  {
    about: 'a mistake in a part that an alias names again',
    text: 'name: shop\ntarget: { kind: lambda, function: shop }\nwatch: &w {hours: ^30}\ndeadline: *w\n',
    says: 'The watch is 30 hours;',
  },
  { about: 'an empty file', text: '^', says: 'The file has no content.' },
  { about: 'a file of comments alone', text: '^# name: shop\n', says: 'The file has no content.' },
  { about: 'a list for a service', text: '^- name: shop\n', says: 'The file holds a list and no fields.' },
  {
    about: 'a mistake in a file with the line ends of Windows',
    text: 'name: shop\r\ntarget:\r\n  kind: lambda\r\n  ^fuction: shop\r\n',
    says: 'Did you mean "function"?',
  },
  {
    about: 'a mistake in a file with a mark of its byte order',
    text: '\ufeffname: shop\ntarget: { kind: lambda, ^fuction: shop }\n',
    says: 'Did you mean "function"?',
  },
  {
    about: 'a mistake in a JSON file',
    text: '{\n  "name": "shop",\n  "target": { "kind": "lambda", ^"fuction": "shop" }\n}\n',
    says: 'Did you mean "function"?',
  },
];

export const MISTAKES: readonly Mistake[] = MARKED.map(({ about, text, says }) => {
  const before = text.slice(0, text.indexOf('^')).split('\n');
  const column = (before.at(-1) ?? '').length + 1;
  return { about, says, text: text.replace('^', ''), at: `${before.length}:${column}` };
});
