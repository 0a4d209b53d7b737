import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { promisify } from 'node:util';
import { commands } from '../../src/cli/all-commands.ts';
import { declare, type Given, type OptionDeclarations } from '../../src/cli/arguments/declaration.ts';
import { answerWithoutCommand, withArguments } from '../../src/cli/arguments/read-arguments.ts';

const declarations = commands.map(({ declaration }) => declaration);

const PRINT = declare({
  name: 'print',
  summary: 'Print pages',
  about: 'Prints the pages of a file.',
  arguments: [{ name: 'FILE', summary: 'The file' }],
  wants: 'Name one file: slipway print FILE',
  options: {
    page: { takes: 'N', isRepeatable: true, default: ['1', '2'], summary: 'A page.' },
    'on-paper': { takes: 'SIZE', short: 'p', summary: 'The size of the paper.' },
    twice: { summary: 'Prints it twice.' },
  },
  examples: ['slipway print a.txt'],
});

async function read(args: readonly string[]) {
  const printed: string[] = [];
  let given: Given<typeof PRINT.options> | undefined;
  const run = async (read: Given<typeof PRINT.options>) => {
    given = read;
    return 7;
  };
  const code = await withArguments(PRINT, { args, print: (text) => void printed.push(text), run });
  return { code, given, printed: printed.join('\n') };
}

function answer(...args: string[]) {
  const printed: string[] = [];
  const code = answerWithoutCommand({ declarations, args, version: '1.2.3', print: (text) => void printed.push(text) });
  return { code, printed: printed.join('\n') };
}

test('an argument that is left out has its default, and the command decides the exit code', async () => {
  const { code, given } = await read(['a.txt']);
  expect(code).toBe(7);
  expect(given).toEqual({ words: ['a.txt'], values: { page: ['1', '2'], 'on-paper': undefined, twice: false } });
});

test('a repeatable option gives the list of its values, and any other option its last value', async () => {
  const { given } = await read(['--page', '3', 'a.txt', '--page=4', '-p', 'A4', '--on-paper', 'A5', '--twice']);
  expect(given?.values).toEqual({ page: ['3', '4'], 'on-paper': 'A5', twice: true });
});

test.each<[string, string[], string]>([
  ['an option that is nearly another one', ['a', '--pages', '3'], "Unknown option '--pages'. Did you mean --page?"],
  ['an option like no other', ['a', '--colour'], "Unknown option '--colour'. See slipway print --help"],
  ['an option without its value', ['a', '--page'], "Option '--page <N>' needs a value. See slipway print --help"],
  ['an option where a value belongs', ['a', '--page', '--twice'], 'The option --page needs a value, and --twice is'],
  ['a value for a flag', ['a', '--twice=3'], "Unknown option '--twice=3'"],
  ['no file', [], 'Name one file: slipway print FILE'],
  ['two files', ['a', 'b'], 'Name one file: slipway print FILE'],
])('a command with %s is refused', async (_what, args, says) => {
  await expect(read(args)).rejects.toThrow(says);
});

test.each(declarations)(
  'slipway $name --help prints its options and examples, and runs nothing',
  async (declaration) => {
    const printed: string[] = [];
    const run = () => Promise.reject(new Error('It ran.'));
    const order = { args: ['-h'], print: (text: string) => void printed.push(text), run };
    expect(await withArguments<OptionDeclarations>(declaration, order)).toBe(0);
    const text = printed.join('\n');
    for (const option of Object.keys(declaration.options)) expect(text).toContain(`--${option}`);
    for (const example of declaration.examples) expect(text).toContain(example);
    expect(answer('help', declaration.name).printed).toBe(text);
  },
);

const examples = declarations.flatMap((declaration) =>
  declaration.examples.map((example) => ({ example, declaration })),
);

test.each(examples)('the command accepts its example $example', async ({ example, declaration }) => {
  const [program, name, ...args] = example.split(' ').map((word) => word.replaceAll("'", ''));
  expect([program, name]).toEqual(['slipway', declaration.name]);
  expect(await withArguments<OptionDeclarations>(declaration, { args, print: () => {}, run: async () => 7 })).toBe(7);
});

test.each([[[]], [['--help']], [['-h']], [['help']]])('slipway %j lists every command', (args) => {
  const { code, printed } = answer(...args);
  expect(code).toBe(0);
  for (const { name, summary } of declarations) expect(printed).toMatch(new RegExp(`^ {2}${name} +${summary}$`, 'm'));
});

test('slipway --version prints its version', () => {
  expect(answer('--version')).toEqual({ code: 0, printed: '1.2.3' });
});

test.each([
  ['rehears', ['rehears', 'slipway.yml', '--runs', '3'], "Unknown command 'rehears'. Did you mean rehearse?"],
  ['help of rehears', ['help', 'rehears'], "Unknown command 'rehears'. Did you mean rehearse?"],
  ['rehears --help', ['rehears', '--help'], "Unknown command 'rehears'. Did you mean rehearse?"],
  ['--versoin', ['--versoin'], "Unknown option '--versoin'. Did you mean --version? See slipway --help"],
])('%s is refused with the word that was probably meant', (_what, args, says) => {
  expect(() => answer(...args)).toThrow(says);
});

test('a command that does not exist ends with code 1 and one sentence on standard error', async () => {
  const slipway = (...args: string[]) => promisify(execFile)(process.execPath, ['src/cli/main.ts', ...args]);
  const { version } = JSON.parse(readFileSync('package.json', 'utf8'));
  expect((await slipway('--version')).stdout).toBe(`${version}\n`);
  await expect(slipway('simulate', '--sed', '3')).rejects.toMatchObject({
    code: 1,
    stdout: '',
    stderr: "\nUnknown option '--sed'. Did you mean --seed? See slipway simulate --help\n\n",
  });
});
