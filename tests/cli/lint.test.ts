import { parse } from 'yaml';
import { type LintDesk, lint } from '../../src/cli/commands/lint.ts';
import { lintText } from '../../src/cli/lint/lint-text.ts';
import { SlipwayError } from '../../src/domain/errors.ts';
import { MISTAKES } from './lint-mistakes.ts';

const SHOP = 'name: shop\ntarget: { kind: lambda, function: shop }\nalarms: [shop-errors]\n';

async function run(
  args: readonly string[],
  { files = {}, ...more }: Partial<LintDesk> & { files?: Record<string, string> } = {},
) {
  const said: string[] = [];
  const read = (path: string) => {
    const text = files[path];
    if (text === undefined) throw new SlipwayError('InvalidRequest', `${path} cannot be read.`);
    return text;
  };
  const desk = { print: (text: string) => void said.push(text), isTerminal: false, width: 80, read, ...more };
  return { code: await lint(args, desk), text: said.join('\n') };
}

test.each(MISTAKES)('lint says the place and the way out of $about', async ({ text, at, says }) => {
  const { code, text: said } = await run(['-f', 'slipway.yml'], { files: { 'slipway.yml': text } });
  expect(code).toBe(1);
  expect(said.split('\n')[0]).toBe(said);
  expect(said).toContain(`slipway.yml:${at}: error: `);
  expect(said).toContain(says);
});

test('a file without a mistake has the exit code 0, also as JSON text', async () => {
  const files = { 'a.yml': SHOP, 'b.json': JSON.stringify(parse(SHOP)) };
  expect(await run(['-f', 'a.yml', '-f', 'b.json'], { files })).toEqual({
    code: 0,
    text: 'a.yml: nothing is wrong.\nb.json: nothing is wrong.',
  });
});

test('standard input is the file -', async () => {
  expect(await run(['-f', '-'], { files: { '-': 'name:shop' } })).toMatchObject({
    code: 1,
    text: expect.stringMatching(/^-:1:1: error: /),
  });
});

test('a file that cannot be read is a problem of this file, and the others are linted', async () => {
  const { code, text } = await run(['-f', 'none.yml', '-f', 'a.yml'], { files: { 'a.yml': SHOP } });
  expect(code).toBe(1);
  expect(text).toBe('none.yml:1:1: error: none.yml cannot be read. (unreadable)\na.yml: nothing is wrong.');
});

test('a warning has the exit code 0, and with --strict it is an error', async () => {
  const files = { 'slipway.yml': 'name: shop\ntarget: { kind: lambda, function: shop }\nalarms: []\n' };
  const lenient = await run(['-f', 'slipway.yml'], { files });
  expect(lenient).toMatchObject({ code: 0, text: expect.stringContaining('slipway.yml:3:9: warning: ') });
  expect(lenient.text).toContain('(alarmsNamed)');
  expect(await run(['-f', 'slipway.yml', '--strict'], { files })).toMatchObject({
    code: 1,
    text: expect.stringContaining('slipway.yml:3:9: error: '),
  });
});

test('a terminal shows the line with a mark below the mistake, also in a long line', async () => {
  const long = `name: shop\ntarget: { kind: lambda, function: shop, ${'x'.repeat(200)}: 1, y: 2 }\n`;
  const files = { 'slipway.yml': `${SHOP}stratgy: x\n`, 'long.yml': long };
  const short = await run(['-f', 'slipway.yml'], { files, isTerminal: true });
  expect(short.text).toContain('  4 | stratgy: x\n    | ^^^^^^^');
  const { text } = await run(['-f', 'long.yml'], { files, isTerminal: true, width: 60 });
  const shown = text.split('\n').filter((line) => line.includes(' | '));
  expect(shown.length).toBeGreaterThan(1);
  for (const line of shown) expect(line.length).toBeLessThanOrEqual(60);
});

test('a character that moves the cursor is escaped in the message and in the line of the file', async () => {
  const files = { 'slipway.yml': `${SHOP}"str\u001b[2Jategy\u202e": x\n` };
  for (const isTerminal of [true, false]) {
    const { text } = await run(['-f', 'slipway.yml'], { files, isTerminal });
    // biome-ignore lint/suspicious/noControlCharactersInRegex: the test is about control characters
    expect(text).not.toMatch(/[\u001b\u202e]/);
  }
});

test('the format json has the place of each problem', async () => {
  const { text } = await run(['-f', 'slipway.yml', '--format', 'json'], {
    files: { 'slipway.yml': `${SHOP}stratgy: x\n` },
  });
  expect(JSON.parse(text)).toMatchObject({
    files: [
      {
        path: 'slipway.yml',
        problems: [{ severity: 'error', rule: 'unknownField', line: 4, column: 1, endLine: 4, endColumn: 8 }],
      },
    ],
  });
});

test('the format github is one command a problem, whose text cannot end it', async () => {
  const path = 'a,b:c%.yml';
  const { text } = await run(['-f', path, '--format', 'github'], {
    files: { [path]: `${SHOP}"x\\n::warning::y": 1\n` },
  });
  expect(text.split('\n')).toHaveLength(1);
  expect(text).toMatch(
    /^::error file=a%2Cb%3Ac%25\.yml,line=4,endLine=4,col=1,endColumn=18,title=slipway unknownField::There is no field "x%0A::warning::y" here\. /,
  );
});

test('an unknown format is refused with the known ones', async () => {
  await expect(run(['-f', 'a', '--format', 'xml'])).rejects.toThrow('Write one of text, json, github, sarif.');
});

test('a file with a thousand fields behind aliases is refused at once', () => {
  const bomb = ['a: &a [1,1,1,1,1,1,1,1,1]'];
  for (const [one, two] of ['ab', 'bc', 'cd', 'de', 'ef']) bomb.push(`${two}: &${two} [${Array(9).fill(`*${one}`)}]`);
  expect(lintText(`${bomb.join('\n')}\n`).problems).toMatchObject([
    { rule: 'yaml', message: expect.stringContaining('Write the values out.') },
  ]);
});

test('the format sarif has a result for each problem, at its place, with a rule that the run declares', async () => {
  const files = { 'a b/slipway.yml': `${SHOP}stratgy: x\n`, 'b.yml': SHOP };
  const { text } = await run(['-f', 'a b/slipway.yml', '-f', 'b.yml', '--format', 'sarif'], { files });
  const { version, runs } = JSON.parse(text);
  expect(version).toBe('2.1.0');
  expect(runs).toHaveLength(1);
  expect(runs[0].tool.driver.rules).toEqual([{ id: 'unknownField', shortDescription: { text: expect.any(String) } }]);
  expect(runs[0].results).toEqual([
    {
      ruleId: 'unknownField',
      ruleIndex: 0,
      level: 'error',
      message: { text: expect.stringContaining('Did you mean "strategy"?') },
      locations: [
        {
          physicalLocation: {
            artifactLocation: { uri: 'a%20b/slipway.yml' },
            region: { startLine: 4, startColumn: 1, endLine: 4, endColumn: 8 },
          },
        },
      ],
    },
  ]);
});
