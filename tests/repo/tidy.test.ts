import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { decisionsCanBeReversed, linksLeadSomewhere, scriptsAreFew, tasksHaveTheirFiles } from './document-rules.ts';
import { deadFiles, importsPointInward, nobodyImportsAnEntry } from './import-rules.ts';
import { ROOT, readSources, readText, type Source } from './sources.ts';
import {
  functionsAreShort,
  noBarrels,
  noDefaultExports,
  noEnums,
  onlyOneClass,
  parametersAreFew,
} from './syntax-rules.ts';
import {
  awsOnlyInAdapters,
  everyHandlerIsWrapped,
  namesSaySomething,
  noConsole,
  noFocusedTests,
  noModuleMocks,
  notTooDeep,
  notTooLong,
  noUnseededRandomness,
  oneClock,
  oneReaderOfTheEnvironment,
  oneWayToTheLog,
  type Rule,
  startsWithItsPurpose,
} from './text-rules.ts';

const product = readSources('src', /\.ts$/);
const tests = readSources('tests', /\.ts$/);
const benches = readSources('bench', /\.(ts|mjs)$/);
const plugin = readSources('plugin', /\.js$/);
const machines = readSources('stepfunctions', /\.asl\.yml$/);
const documents = [...readSources('docs', /\.md$/), ...['README.md', 'CHANGELOG.md', 'plugin/README.md'].map(fileAt)];
const decisions = readSources('docs/decisions', /\.md$/);

function fileAt(path: string): Source {
  return { path, text: readText(path) };
}

/** Each rule, the files for which it holds, and small sources that it must refuse, with the message for each. */
const rules: readonly {
  readonly claim: string;
  readonly rule: Rule;
  readonly over: readonly Source[];
  readonly refuses: readonly (readonly [path: string, text: string, says: RegExp])[];
}[] = [
  {
    claim: 'imports point inward',
    rule: importsPointInward,
    over: product,
    refuses: [
      ['src/domain/x.ts', "import { a } from '../ports/a.ts';", /domain imports .*a.ts; it may import nothing/],
      [
        'src/domain/x.ts',
        "import { join } from 'node:path';",
        /domain imports node:path. Put what needs it behind a port/,
      ],
      ['src/operations/x.ts', "import type { A } from '../aws/a.ts';", /it may import domain, ports/],
      ['src/store/x.ts', "export { a } from '../aws/a.ts';", /store imports src\/aws\/a.ts/],
      ['src/twin/x.ts', "const a = await import('../store/a.ts');", /twin imports src\/store\/a.ts/],
      ['src/extra/x.ts', '', /there is no layer extra/],
    ],
  },
  {
    claim: 'no file imports an entry point',
    rule: nobodyImportsAnEntry,
    over: product,
    refuses: [
      ['src/functions/x.ts', "import { handler } from './http/docs.ts';", /the entry point src\/functions\/http/],
    ],
  },
  {
    claim: 'there is one clock',
    rule: oneClock,
    over: product,
    refuses: [
      ['src/store/x.ts', 'const a = 1;\nconst at = Date.now();', /^src\/store\/x.ts:2: Date.now\( .* Clock port/],
      ['src/domain/x.ts', 'const at = new Date();', /new Date\(\)/],
    ],
  },
  {
    claim: 'code that must replay draws from a seed',
    rule: noUnseededRandomness,
    over: product,
    refuses: [['src/twin/x.ts', 'const n = Math.random();', /what runs from a seed draws from src\/twin\/random.ts/]],
  },
  {
    claim: 'one file reads the environment',
    rule: oneReaderOfTheEnvironment,
    over: product,
    refuses: [['src/cli/x.ts', 'const { PORT } = process.env;', /Read it in src\/config.ts/]],
  },
  {
    claim: 'the AWS SDK is used in adapters only',
    rule: awsOnlyInAdapters,
    over: product,
    refuses: [['src/operations/x.ts', "import { A } from '@aws-sdk/client-lambda';", /Use the port/]],
  },
  {
    claim: 'only the CLI writes to the console',
    rule: noConsole,
    over: product,
    refuses: [['src/api/x.ts', 'console.log(1);', /request-log/]],
  },
  {
    claim: 'all code logs through one file',
    rule: oneWayToTheLog,
    over: product,
    refuses: [['src/aws/x.ts', "import { Logger } from '@aws-lambda-powertools/logger';", /request-log/]],
  },
  {
    claim: 'every handler is wrapped, so that every event has its line in the log',
    rule: everyHandlerIsWrapped,
    over: product,
    refuses: [['src/functions/events/x.ts', 'export const handler = async () => {};', /is not wrapped/]],
  },
  {
    claim: 'no test is skipped or focused',
    rule: noFocusedTests,
    over: tests.filter(({ path }) => path !== 'tests/repo/tidy.test.ts'),
    refuses: [
      ['tests/x.test.ts', "test.only('a', () => {});", /leave all of them in/],
      ['tests/x.test.ts', "describe.skip('a', () => {});", /leave all of them in/],
    ],
  },
  {
    claim: 'no module is mocked',
    rule: noModuleMocks,
    over: tests.filter(({ path }) => path !== 'tests/repo/tidy.test.ts'),
    refuses: [['tests/x.test.ts', "jest.mock('./a.ts');", /Pass a simulated port in/]],
  },
  {
    claim: 'names say what is in a file',
    rule: namesSaySomething,
    over: [...product, ...tests, ...benches, ...plugin],
    refuses: [
      ['src/utils/x.ts', '', /"utils" says nothing/],
      ['src/aws/lambda-helpers.ts', '', /"helpers" says nothing/],
      ['src/api/types.ts', '', /"types" says nothing/],
    ],
  },
  {
    claim: 'no folder is too deep',
    rule: notTooDeep,
    over: product,
    refuses: [['src/a/b/c/d/x.ts', '', /more than 3 folders deep/]],
  },
  {
    claim: 'no file is too long',
    rule: notTooLong,
    over: [...product, ...tests, ...benches, ...plugin],
    refuses: [
      ['src/api/x.ts', 'a\n'.repeat(301), /301 lines, and 300 is the most. Split it/],
      ['src/functions/http/x.ts', 'a\n'.repeat(41), /41 lines, and 40 is the most. A handler only wires/],
    ],
  },
  {
    claim: 'files begin with a comment of their purpose',
    rule: startsWithItsPurpose,
    over: [...product, ...plugin],
    refuses: [
      ['src/domain/x.ts', 'export const a = 1;', /no header/],
      ['src/ports/x.ts', `/**\n${' * word\n'.repeat(5)} */`, /a header of 5 lines/],
    ],
  },
  {
    claim: 'functions are short',
    rule: functionsAreShort,
    over: [...product, ...plugin],
    refuses: [['src/api/x.ts', `const long = () => {\n${'a();\n'.repeat(60)}};`, /x.ts:1: long has 62 lines/]],
  },
  {
    claim: 'parameters are few and not easily swapped',
    rule: parametersAreFew,
    over: [...product, ...plugin],
    refuses: [
      ['src/api/x.ts', 'function move(a: A, b: B, c: C) {}', /move takes 3 parameters. Take one named object/],
      ['src/api/x.ts', 'export function move(from: string, to: string) {}', /move takes two of type string/],
      ['src/ports/x.ts', 'interface Port { move(from: number, to: number): void }', /move takes two of type number/],
    ],
  },
  {
    claim: 'the only class is SlipwayError',
    rule: onlyOneClass,
    over: product,
    refuses: [['src/aws/x.ts', 'export class LambdaService {}', /Return the port from a function/]],
  },
  {
    claim: 'there are no enums',
    rule: noEnums,
    over: product,
    refuses: [['src/domain/x.ts', 'enum Status { Opened }', /Use a union of words/]],
  },
  {
    claim: 'every export has a name',
    rule: noDefaultExports,
    over: product,
    refuses: [
      ['src/api/x.ts', 'export default function run() {}', /Export it by its name/],
      ['src/api/x.ts', 'const a = 1;\nexport default a;', /x.ts:2: a default export/],
    ],
  },
  {
    claim: 'no file only re-exports others',
    rule: noBarrels,
    over: product,
    refuses: [['src/api/index.ts', "export * from './a.ts';\nexport { b } from './b.ts';", /a barrel/]],
  },
];

test.each(rules)('$claim', ({ rule, over }) => {
  expect(over.length).toBeGreaterThan(0);
  expect(over.flatMap(rule)).toEqual([]);
});

test.each(rules)('the rule that $claim refuses what breaks it', ({ rule, refuses }) => {
  for (const [path, text, says] of refuses) {
    expect(rule({ path, text })).toEqual([expect.stringMatching(says)]);
  }
});

test('code that only looks like a breach is accepted', () => {
  const switches = { path: 'src/api/x.ts', text: 'switch (a) { default: b(); }' };
  expect(noDefaultExports(switches)).toEqual([]);
  expect(parametersAreFew({ path: 'src/api/x.ts', text: 'list.reduce((sum, one, index) => sum + one, 0);' })).toEqual(
    [],
  );
  expect(onlyOneClass({ path: 'src/domain/errors.ts', text: 'export class SlipwayError extends Error {}' })).toEqual(
    [],
  );
});

test('every Lambda task of a state machine has its handler and its operation', () => {
  const paths = new Set([...product, ...machines].map(({ path }) => path));
  expect(machines.length).toBeGreaterThan(0);
  expect(machines.flatMap((machine) => tasksHaveTheirFiles(machine, paths))).toEqual([]);

  const task = (state: string, call: string) => ({
    path: 'stepfunctions/x.asl.yml',
    text: `  ${state}:\n    Type: Task\n    Resource: arn:aws:states:::lambda:invoke\n    Parameters:\n      FunctionName: ${call}\n`,
  });
  expect(tasksHaveTheirFiles(task('Fly', '!GetAtt fly.Arn'), paths)).toEqual([
    expect.stringContaining('Fly needs src/functions/workflow/fly.ts. Write it.'),
    expect.stringContaining('Fly needs src/operations/*/fly.ts'),
  ]);
  expect(tasksHaveTheirFiles(task('Shift', '!GetAtt shiftTraffic.Arn'), paths)).toEqual([
    expect.stringContaining('the state Shift calls shiftTraffic. Name it ShiftTraffic.'),
  ]);
  expect(tasksHaveTheirFiles(task('ShiftTraffic', 'slipway-shift'), paths)).toEqual([
    expect.stringContaining('Write !GetAtt shiftTraffic.Arn.'),
  ]);
  const unformed = { path: 'stepfunctions/x.asl.yml', text: '  Fly:\n    Type: Task\n' };
  expect(tasksHaveTheirFiles(unformed, paths)).toEqual([expect.stringContaining('1 tasks, 0 in the house')]);
});

test('no file of src is dead', () => {
  const others = ['package.json', 'serverless.yml', 'bundling/statements.js', 'resources/access-policy.cjs'].map(
    fileAt,
  );
  expect(deadFiles(product, others)).toEqual([]);

  const dead = { path: 'src/api/x.ts', text: '' };
  const worker = { path: 'src/twin/y.ts', text: '' };
  const user = { path: 'src/twin/z.ts', text: "new Worker(new URL('./y.ts', import.meta.url)); import './z.ts';" };
  expect(deadFiles([dead, worker, user], [])).toEqual(['src/api/x.ts: nothing imports it. Use it or delete it.']);
});

test('package.json has few scripts', () => {
  expect(scriptsAreFew(fileAt('package.json'))).toEqual([]);

  const scripts = Object.fromEntries(Array.from({ length: 14 }, (_, index) => [`script${index}`, 'true']));
  expect(scriptsAreFew({ path: 'package.json', text: JSON.stringify({ scripts }) })).toEqual([
    expect.stringContaining('14 scripts, and 13 is the most'),
  ]);
});

test('every decision record is one page that says when the decision would be reversed', () => {
  expect(decisions.length).toBeGreaterThan(0);
  expect(decisions.flatMap(decisionsCanBeReversed)).toEqual([]);

  expect(decisionsCanBeReversed({ path: 'docs/decisions/x.md', text: `# X\n${'word\n'.repeat(60)}` })).toEqual([
    expect.stringContaining('name it NNNN-'),
    expect.stringContaining('does not end with "We would reverse this if ..."'),
    expect.stringContaining('61 lines. A decision is one page'),
  ]);
});

test('every link in the documents leads to a file or heading', () => {
  const exists = (path: string) => existsSync(join(ROOT, path));
  expect(documents.flatMap((document) => linksLeadSomewhere(document, exists))).toEqual([]);

  const text = '# Try it\n[`a`](missing.md) [b](#try-it) [c](#nowhere) [d](https://example.com) `[e](f)`';
  expect(linksLeadSomewhere({ path: 'docs/x.md', text }, exists)).toEqual([
    expect.stringContaining('the link missing.md leads nowhere. Correct it or write docs/missing.md.'),
    expect.stringContaining('no heading #nowhere'),
  ]);
});
