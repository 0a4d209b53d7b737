import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { commands } from '../../src/cli/all-commands.ts';
import { withArguments } from '../../src/cli/arguments/read-arguments.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const pages = ['README.md', ...readdirSync(`${ROOT}docs`, { recursive: true }).map((name) => `docs/${name}`)].filter(
  (path) => path.endsWith('.md'),
);
const known = new Map(commands.map(({ declaration }) => [declaration.name, declaration]));

interface Written {
  readonly path: string;
  readonly command: string;
}

/** Commands in blocks of `sh`, and between backticks. A block of `text` shows output, or a form with `[OPTIONS]`. */
function commandsOf(path: string, page: string): Written[] {
  const inBlocks = [...page.matchAll(/```sh\n([\s\S]*?)```/g)].flatMap(([, block = '']) =>
    block.replaceAll('\\\n', ' ').split('\n'),
  );
  const between = [...page.replace(/```[\s\S]*?```/g, '').matchAll(/`([^`]+)`/g)].map(([, span = '']) =>
    span.replaceAll(/\s+/g, ' '),
  );
  return [...inBlocks, ...between].flatMap((line) => {
    const command = /^(?:npx )?slipway ([a-z][^|#>]*)/.exec(line.trim())?.[1]?.trim();
    return command === undefined ? [] : [{ path, command }];
  });
}

/** Null when the command line takes the words; the verb alone stands for the command. */
async function problemOf({ path, command }: Written): Promise<string | null> {
  const words = [...command.matchAll(/"([^"]*)"|'([^']*)'|(\S+)/g)].map(
    ([, double, single, plain]) => double ?? single ?? plain ?? '',
  );
  const [name = '', ...args] = words;
  const declaration = known.get(name);
  if (declaration === undefined) return `${path}: slipway ${command}: there is no command ${name}`;
  if (args.length === 0) return null;
  try {
    await withArguments(declaration, { args, print: () => {}, run: () => Promise.resolve(0) });
    return null;
  } catch (error) {
    return `${path}: slipway ${command}: ${String(error)}`;
  }
}

const written = pages.flatMap((path) => commandsOf(path, readFileSync(`${ROOT}${path}`, 'utf8')));

test('the command line takes every command that the README and the pages of docs/ name', async () => {
  expect(written.length).toBeGreaterThan(50);
  expect((await Promise.all(written.map(problemOf))).filter((problem) => problem !== null)).toEqual([]);
});

test.each([
  ['`slipway deplyo checkout`', 'there is no command deplyo'],
  ['```sh\nnpx slipway rollback checkout --because errors\n```', '--because'],
  ['`slipway explain checkout\n  --evidence`', '--evidence'],
])('a page with a command that the command line does not take is found: %j', async (page, said) => {
  const [command] = commandsOf('page.md', page);
  expect(await problemOf(command ?? { path: '', command: 'help' })).toContain(said);
});
