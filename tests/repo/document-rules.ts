import { posix } from 'node:path';
import type { Source } from './sources.ts';

/** `shiftTraffic` as a file name: `shift-traffic`. */
export function fileNameOf(key: string): string {
  return key.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}

/**
 * Every Lambda task of a state machine has its handler and its operation. It has their name, unless it waits. A task
 * that is a build or another machine names it literally, because the role of the machine is made from that text.
 */
export function tasksHaveTheirFiles({ path, text }: Source, paths: ReadonlySet<string>): string[] {
  const states = text.split(/^(?= {2}\w+:$)/m).filter((state) => /^ {4}Type: Task$/m.test(state));
  const tasks = states.flatMap((state) => {
    const form =
      /^ {2}(\w+):\n {4}Type: Task\n {4}Resource: (\S+)\n[\s\S]*?(?:FunctionName|ProjectName|StateMachineArn): (\S.*)$/m;
    const [, name = '', resource = '', calls = ''] = form.exec(state) ?? [];
    return name === '' ? [] : [{ name, resource, calls }];
  });
  if (tasks.length !== states.length) {
    return [
      `${path}: ${states.length} tasks, ${tasks.length} in the house's form. Write Type, Resource, Parameters.FunctionName, ProjectName or StateMachineArn, in this order.`,
    ];
  }
  return tasks
    .flatMap((task) => {
      if (task.resource.includes(':codebuild:')) return buildProblems(task);
      if (task.resource.includes(':states:startExecution')) return machineProblems(task, paths);
      return functionProblems(task, paths);
    })
    .map((problem) => `${path}: ${problem}`);
}

interface Task {
  readonly name: string;
  readonly resource: string;
  readonly calls: string;
}

function buildProblems({ name, calls }: Task): string[] {
  return /^\$\{self:service\}-\$\{sls:stage\}-[a-z-]+$/.test(calls)
    ? []
    : [`${name} starts a build of ${calls}. Write \${self:service}-\${sls:stage}- and the project's name.`];
}

function machineProblems({ name, calls }: Task, paths: ReadonlySet<string>): string[] {
  const arn =
    /^!Sub arn:\$\{AWS::Partition\}:states:\$\{AWS::Region\}:\$\{AWS::AccountId\}:stateMachine:\$\{self:service\}-\$\{sls:stage\}-([a-z-]+)$/;
  const machine = arn.exec(calls)?.[1];
  if (machine === undefined) return [`${name} starts ${calls}. Write the ARN by the machine's own name.`];
  const file = `stepfunctions/${machine}.asl.yml`;
  return paths.has(file) ? [] : [`${name} needs ${file}. Write it.`];
}

function functionProblems({ name, resource, calls }: Task, paths: ReadonlySet<string>): string[] {
  const key = /^!GetAtt (\w+)\.Arn$/.exec(calls)?.[1];
  if (key === undefined)
    return [`${name} calls ${calls}. Write !GetAtt ${name[0]?.toLowerCase()}${name.slice(1)}.Arn.`];
  const wanted = `${key[0]?.toUpperCase()}${key.slice(1)}`;
  const waits = resource.endsWith('.waitForTaskToken');
  const handler = `src/functions/workflow/${fileNameOf(key)}.ts`;
  const operation = new RegExp(`^src/operations/[^/]+/${fileNameOf(key)}\\.ts$`);
  return [
    ...(waits || wanted === name ? [] : [`the state ${name} calls ${key}. Name it ${wanted}.`]),
    ...(paths.has(handler) ? [] : [`${name} needs ${handler}. Write it.`]),
    ...([...paths].some((path) => operation.test(path))
      ? []
      : [`${name} needs src/operations/*/${fileNameOf(key)}.ts. Write it in the folder of its theme.`]),
  ];
}

/** Eight of these scripts are test suites, each with other needs of the machine. npm itself calls `prepack`. */
export const SCRIPTS_MAX = 15;

export function scriptsAreFew({ path, text }: Source): string[] {
  const count = Object.keys((JSON.parse(text) as { scripts: object }).scripts).length;
  return count <= SCRIPTS_MAX
    ? []
    : [`${path}: ${count} scripts, and ${SCRIPTS_MAX} is the most. Make a command of the CLI.`];
}

const DECISION_LINES_MAX = 60;

export function decisionsCanBeReversed({ path, text }: Source): string[] {
  const paragraphs = text.trim().split(/\n\s*\n/);
  const problems: string[] = [];
  if (!/\/\d{4}-[a-z0-9-]+\.md$/.test(path)) problems.push(`${path}: name it NNNN-what-was-decided.md.`);
  if (!paragraphs.at(-1)?.startsWith('We would reverse this if ')) {
    problems.push(`${path}: does not end with "We would reverse this if ...". Say what would make it wrong.`);
  }
  const lines = text.trim().split('\n').length;
  if (lines > DECISION_LINES_MAX)
    problems.push(`${path}: ${lines} lines. A decision is one page, ${DECISION_LINES_MAX} at most.`);
  return problems;
}

/** A link to a file of the project leads to a file, and a link within a document leads to a heading. */
export function linksLeadSomewhere({ path, text }: Source, exists: (path: string) => boolean): string[] {
  const prose = text.replace(/```[\s\S]*?```/g, '');
  const headings = new Set([...text.matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) => anchorOf(heading)));
  return [...prose.matchAll(/\]\(([^)\s]+)\)/g)].flatMap(([, link = '']) => {
    if (/^[a-z]+:/.test(link)) return [];
    if (link.startsWith('#'))
      return headings.has(link.slice(1)) ? [] : [`${path}: no heading ${link}. Correct the link.`];
    const target = posix.join(posix.dirname(path), link.replace(/#.*$/, ''));
    return exists(target) ? [] : [`${path}: the link ${link} leads nowhere. Correct it or write ${target}.`];
  });
}

function anchorOf(heading: string): string {
  return heading
    .toLowerCase()
    .replace(/[^\w\- ]/g, '')
    .replaceAll(' ', '-');
}
