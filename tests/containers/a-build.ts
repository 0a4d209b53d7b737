import { execFile } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { parse } from 'yaml';

interface Buildspec {
  readonly env: { readonly variables?: Record<string, string>; readonly 'exported-variables'?: readonly string[] };
  readonly phases: Readonly<Record<string, { readonly commands?: readonly string[] }>>;
}

const texts: Readonly<Record<string, string>> = createRequire(import.meta.url)('../../buildspecs/as-text.cjs');
const folder = mkdtempSync(join(tmpdir(), 'slipway-build-'));
afterAll(() => rmSync(folder, { recursive: true }));

export interface BuildOrder {
  readonly spec: 'build' | 'test' | 'securityScan';
  /** The phases of the buildspec that run. By default all phases run. */
  readonly phases?: readonly string[];
  /** The files of the fetched repository. */
  readonly files?: Readonly<Record<string, string>>;
  /** Bash scripts that replace programs. They get the arguments, and each call is recorded. */
  readonly programs?: Readonly<Record<string, string>>;
  readonly environment?: Readonly<Record<string, string>>;
}

/**
 * Runs the commands as CodeBuild does: one shell for all commands of all phases, in the repository's folder, until one
 * fails.
 */
export async function build({ spec, phases, files = {}, programs = {}, environment = {} }: BuildOrder) {
  const text = texts[spec] ?? '';
  const { env, phases: all } = parse(text) as Buildspec;
  const work = mkdtempSync(join(folder, 'work-'));
  const [source, bin, calls, exported] = ['source', 'bin', 'calls', 'exported'].map((name) => join(work, name)) as [
    string,
    string,
    string,
    string,
  ];
  mkdirSync(source);
  mkdirSync(bin);
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(dirname(join(source, name)), { recursive: true });
    writeFileSync(join(source, name), content);
  }
  for (const [name, body] of Object.entries(programs)) {
    writeFileSync(join(bin, name), `#!/bin/bash\necho "${name} $*" >>"$CALLS"\n${body}\n`);
    chmodSync(join(bin, name), 0o755);
  }
  const commands = Object.entries(all)
    .filter(([phase]) => phases === undefined || phases.includes(phase))
    .flatMap(([, phase]) => phase.commands ?? []);
  const scripts = commands.map((command, index) => {
    writeFileSync(join(work, `command-${index}`), command);
    return join(work, `command-${index}`);
  });
  const names = env['exported-variables'] ?? [];
  const agent = `for command in ${scripts.join(' ')}; do . "$command" || exit; done; ${names.map((name) => `printenv ${name} >>${exported};`).join(' ')}`;
  const { code, said } = await new Promise<{ code: number; said: string }>((resolve) => {
    const options = {
      cwd: source,
      env: {
        ...env.variables,
        TOOLS: join(work, 'tools'),
        REPORTS: join(work, 'reports'),
        HOME: work,
        CALLS: calls,
        PATH: `${bin}:${dirname(process.execPath)}:/usr/bin:/bin`,
        ...environment,
      },
    };
    execFile('bash', ['--norc', '-c', agent], options, (error, stdout, stderr) =>
      resolve({ code: Number(error?.code ?? 0), said: stdout + stderr }),
    );
  });
  const lines = (file: string) => (existsSync(file) ? readFileSync(file, 'utf8').trimEnd().split('\n') : []);
  return { code, said, work, source, calls: lines(calls), exported: lines(exported) };
}
