/** The findings of cfn-lint and checkov in a template, in one form. */
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { promisify } from 'node:util';
import type { Packaged } from '../repo/packaged-template.ts';

export type Tool = 'cfn-lint' | 'checkov';

export interface Finding {
  /** `W3005`, `CKV_AWS_27` */
  readonly rule: string;
  /** `AWS::SQS::Queue/FailedEvents`, or the place in the template for a finding that concerns no resource. */
  readonly on: string;
  readonly says: string;
}

interface LintMatch {
  readonly Filename: string;
  readonly Rule: { readonly Id: string };
  readonly Message: string;
  readonly Location: { readonly Path: readonly (string | number)[] | null };
}
interface Report {
  readonly results: {
    readonly failed_checks: readonly FailedCheck[];
    readonly parsing_errors: readonly string[];
  };
  readonly summary: { readonly passed: number };
}
interface FailedCheck {
  readonly file_abs_path: string;
  readonly check_id: string;
  readonly check_name: string;
  readonly resource: string;
}

/** Returns one list for each template. A tool is started once, because its start takes longer than its checks. */
export async function findingsOf(tool: Tool, templates: readonly Packaged[]): Promise<Finding[][]> {
  const folder = mkdtempSync(join(tmpdir(), 'slipway-stack-'));
  const files = templates.map((_, index) => join(folder, `${index}.json`));
  try {
    for (const [index, file] of files.entries()) writeFileSync(file, JSON.stringify(templates[index]));
    const found = tool === 'cfn-lint' ? await lint(files) : await check(files);
    return templates.map((template, index) =>
      (found.get(`${index}.json`) ?? []).map((raw) => findingIn(template, raw)),
    );
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** A finding whose place is a path of the template. */
interface Raw {
  readonly rule: string;
  readonly at: readonly string[];
  readonly says: string;
}

function findingIn({ Resources }: Packaged, { rule, at: [part = '', id = '', ...rest], says }: Raw): Finding {
  const type = part === 'Resources' ? Resources[id]?.Type : undefined;
  const where = rest.length === 0 ? '' : ` (${rest.join('.')})`;
  return { rule, on: type === undefined ? `${part}/${id}` : `${type}/${id}`, says: `${says}${where}` };
}

async function lint(files: readonly string[]): Promise<Map<string, Raw[]>> {
  const matches = JSON.parse(await output('cfn-lint', ['--format', 'json', '--', ...files])) as LintMatch[];
  return byFile(
    matches.map(({ Filename, Rule, Message, Location }) => [
      Filename,
      { rule: Rule.Id, at: (Location.Path ?? []).map(String), says: Message },
    ]),
  );
}

/** Fetches nothing: only the built-in checks run. */
async function check(files: readonly string[]): Promise<Map<string, Raw[]>> {
  const options = ['--framework', 'cloudformation', '--compact', '--skip-download', '--output', 'json', '--file'];
  const { results, summary } = JSON.parse(await output('checkov', [...options, ...files])) as Report;
  // Checkov silently skips a file that it cannot read.
  if (results.parsing_errors.length > 0 || summary.passed === 0) throw new Error('checkov could not read a template.');
  return byFile(
    results.failed_checks.map(({ file_abs_path: path, check_id: rule, check_name: says, resource }) => [
      path,
      { rule, at: ['Resources', resource.slice(resource.lastIndexOf('.') + 1)], says },
    ]),
  );
}

function byFile(found: readonly [path: string, raw: Raw][]): Map<string, Raw[]> {
  const files = new Map<string, Raw[]>();
  for (const [path, raw] of found) files.set(basename(path), [...(files.get(basename(path)) ?? []), raw]);
  return files;
}

/** Both tools exit with a code other than 0 when they have findings. Their output is complete all the same. */
async function output(tool: Tool, args: readonly string[]): Promise<string> {
  const bin = process.env.SLIPWAY_TEST_STACK_TOOLS ?? '';
  const run = promisify(execFile)(join(bin, 'python'), [join(bin, tool), ...args], { maxBuffer: 64 << 20 });
  const { stdout, stderr } = await run.catch((error: { stdout?: string; stderr?: string }) => error);
  if (stdout !== undefined && /^\s*[[{]/.test(stdout)) return stdout;
  throw new Error(`${tool} said nothing that can be read. It said: ${stderr}${stdout}`);
}
