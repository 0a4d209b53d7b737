import { lineAt, type Source } from './sources.ts';

export type Rule = (source: Source) => string[];

interface Ban {
  readonly pattern: RegExp;
  readonly allowedIn?: RegExp;
  readonly instead: string;
}

function ban({ pattern, allowedIn, instead }: Ban): Rule {
  return ({ path, text }) => {
    if (allowedIn?.test(path)) return [];
    return [...text.matchAll(pattern)].map(
      (match) => `${path}:${lineAt(text, match.index)}: ${match[0].trim()} does not belong here. ${instead}`,
    );
  };
}

export const oneClock = ban({
  pattern: /\bDate\.now\(|\bnew Date\(\)/g,
  allowedIn: /^src\/system\.ts$/,
  instead: 'Take the time from the Clock port; src/system.ts has the real one.',
});

/** These files must replay byte for byte. An adapter may draw its own jitter. */
export const noUnseededRandomness = ban({
  pattern: /\bMath\.random\(|\brandomUUID\(|\brandomBytes\(/g,
  allowedIn: /^src\/(system\.ts|(store|aws|functions|containers|embedded)\/)/,
  instead: 'Take ids from the Ids port; what runs from a seed draws from src/twin/random.ts.',
});

export const oneReaderOfTheEnvironment = ban({
  pattern: /\bprocess\.env\b/g,
  allowedIn: /^src\/config\.ts$/,
  instead: 'Read it in src/config.ts, where it is parsed, and pass the value in.',
});

export const awsOnlyInAdapters = ban({
  pattern: /'@aws-sdk\/[^']*'/g,
  allowedIn: /^src\/(aws|functions)\//,
  instead: 'Use the port; src/aws has its adapter and src/functions composes it.',
});

export const noConsole = ban({
  pattern: /\bconsole\.\w+\(/g,
  allowedIn: /^(src\/cli|bench)\//,
  instead: 'Log through src/functions/request-log.ts, or return what is to be said to the CLI.',
});

export const oneWayToTheLog = ban({
  pattern: /\bprocess\.std(out|err)\.write\(|'@aws-lambda-powertools\/[^']*'/g,
  allowedIn: /^(src\/(cli\/.+|functions\/request-log|aws\/emf-measures)\.ts$|bench\/|tests\/)/,
  instead: 'Log through src/functions/request-log.ts, and measure through the port Measures.',
});

/** A deployable. Its wrapper logs one line for each event, with the ids by which the event is found. */
/** A deployable. The folders below hold files that the deployables read. */
const HANDLER = /^src\/functions\/(http|workflow|events)\/[^/]+$/;

export const everyHandlerIsWrapped: Rule = ({ path, text }) => {
  if (!HANDLER.test(path)) return [];
  if (/^export const handler = (httpRoute|workflowTask|eventListener|requestAuthorizer)\(/m.test(text)) return [];
  return [
    `${path}: its handler is not wrapped, so nothing of it is logged. Make it with httpRoute, workflowTask, eventListener or requestAuthorizer.`,
  ];
};

export const noFocusedTests = ban({
  pattern: /\b(test|describe|it)(\.each)?\.(only|skip)\(|\b(fit|fdescribe|xit|xtest|xdescribe)\(/g,
  instead: 'Run one test with `npx jest -t`, and leave all of them in.',
});

export const noModuleMocks = ban({
  pattern: /\bjest\.(mock|unstable_mockModule|doMock|spyOn)\(/g,
  instead: 'Pass a simulated port in; src/twin has one for each.',
});

const FORBIDDEN_NAMES = /^(utils?|helpers?|commons?|shared|managers?|impl|base|types?|misc|lib)$/;

/** Words in a path that say nothing about the content. */
export const namesSaySomething: Rule = ({ path }) =>
  path
    .split('/')
    .flatMap((part) => part.replace(/\..*$/, '').split('-'))
    .filter((word) => FORBIDDEN_NAMES.test(word))
    .map((word) => `${path}: "${word}" says nothing. Name it by its subject: what it decides, reads or moves.`);

export const FOLDERS_MAX = 3;
export const LINES_MAX = 300;
export const HANDLER_LINES_MAX = 40;

export const notTooDeep: Rule = ({ path }) =>
  path.split('/').length - 2 > FOLDERS_MAX
    ? [`${path}: more than ${FOLDERS_MAX} folders deep. Move it up, beside what uses it.`]
    : [];

export const notTooLong: Rule = ({ path, text }) => {
  const lines = text.trimEnd().split('\n').length;
  const isHandler = HANDLER.test(path);
  const max = isHandler ? HANDLER_LINES_MAX : LINES_MAX;
  if (lines <= max) return [];
  const instead = isHandler
    ? 'A handler only wires; move the rest to its operation.'
    : 'Split it by concept, one a file.';
  return [`${path}: ${lines} lines, and ${max} is the most. ${instead}`];
};

export const HEADER_LINES_MAX = 4;
const HEADED = /^src\/(domain|ports|operations|twin|simulation|rehearse|embedded)\//;

export const startsWithItsPurpose: Rule = ({ path, text }) => {
  if (!HEADED.test(path)) return [];
  const header = /^\/\*\*([\s\S]*?)\*\//.exec(text)?.[1];
  if (header === undefined) return [`${path}: no header. Begin it with /** what it is for and what it promises */.`];
  const lines = header.split('\n').filter((line) => /\w/.test(line)).length;
  return lines <= HEADER_LINES_MAX
    ? []
    : [`${path}: a header of ${lines} lines. Say it in ${HEADER_LINES_MAX} at most.`];
};
