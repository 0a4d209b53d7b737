/** The reference page of the command line, made from the same declarations as the help. */

import type { Declaration, OptionDeclaration } from '../arguments/declaration.ts';
import { EXIT_CODES } from '../remote/exit-codes.ts';

const HEAD = `# The command line

Written by \`npx node src/cli/write-reference.ts\` from the same declarations as \`slipway COMMAND --help\`. A test holds it equal.

In a clone, the command is \`npx slipway\`. A command that calls a Slipway finds it by \`--url\`, then \`SLIPWAY_URL\`, then the
profile of \`slipway login\`, then http://localhost:4000. It says who you are by \`--token\`, \`--as\`, \`--stage\`,
\`SLIPWAY_TOKEN\`, the profile, or the token of the job in GitHub Actions, in that order.`;

export interface ReferenceOrder {
  readonly declarations: readonly Declaration[];
  /** The options that many commands share: they are described once. */
  readonly common: Readonly<Record<string, OptionDeclaration>>;
}

export function referencePage({ declarations, common }: ReferenceOrder): string {
  const rows = declarations.map(({ name, summary }) => `| [\`${name}\`](#${name}) | ${cell(summary)} |`);
  const exits = Object.values(EXIT_CODES).map(({ code, means }) => `| ${code} | ${cell(means)} |`);
  return [
    HEAD,
    ['| Command | What it does |', '|---|---|', ...rows].join('\n'),
    '## Exit codes\n\nOf every command that calls a Slipway. A script may branch on them: none changes its meaning.',
    ['| Code | Meaning |', '|---:|---|', ...exits].join('\n'),
    '## Options of every command that calls a Slipway',
    optionTable(Object.entries(common)),
    ...declarations.map((declaration) => commandPart(declaration, common)),
    '',
  ].join('\n\n');
}

function commandPart(declaration: Declaration, common: ReferenceOrder['common']): string {
  const { name, about, arguments: words, options, examples, notes } = declaration;
  const own = Object.entries(options).filter(([word]) => !(word in common));
  const isRemote = Object.keys(common).every((word) => word in options);
  const usage = [
    'slipway',
    name,
    ...words.map((word) => (word.isOptional ? `[${word.name}]` : word.name)),
    '[OPTIONS]',
  ];
  const withoutExits = notes?.split(/^Exit codes:\n/m)[0]?.trim() ?? '';
  return [
    `## ${name}`,
    fenced(usage.join(' ')),
    about,
    ...(own.length === 0 ? [] : [optionTable(own)]),
    ...(isRemote
      ? ['And [the options of every command that calls a Slipway](#options-of-every-command-that-calls-a-slipway).']
      : []),
    ...(withoutExits === ''
      ? []
      : [
          /^(Exit codes: |\S.*$)/.test(withoutExits) && !withoutExits.includes('\n')
            ? withoutExits
            : fenced(withoutExits),
        ]),
    fenced(examples.join('\n')),
  ].join('\n\n');
}

function optionTable(options: readonly (readonly [string, OptionDeclaration])[]): string {
  const rows = options.map(([word, { short, takes, summary, default: usual, isRepeatable }]) => {
    const flag = `${short === undefined ? '' : `-${short}, `}--${word}${takes === undefined ? '' : ` ${takes}`}`;
    const more = [
      isRepeatable ? 'Repeatable.' : '',
      usual === undefined ? '' : `Default: \`${[usual].flat().join(', ')}\`.`,
    ];
    return `| \`${cell(flag)}\` | ${cell([summary, ...more].filter((text) => text !== '').join(' '))} |`;
  });
  return ['| Option | What it does |', '|---|---|', ...rows].join('\n');
}

function cell(text: string): string {
  return text.replaceAll('|', '\\|').replaceAll('\n', ' ');
}

function fenced(text: string): string {
  return `\`\`\`text\n${text}\n\`\`\``;
}
