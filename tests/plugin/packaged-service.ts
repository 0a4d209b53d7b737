/**
 * Services of a team, packaged by the real framework with the plugin, as `serverless package` does on the team's
 * machine.
 */
import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { strToU8, zipSync } from 'fflate';
import type { Packaged } from '../repo/packaged-template.ts';
import { runServerless } from '../repo/run-serverless.ts';
import { ROOT } from '../repo/sources.ts';

const TEMPLATE = 'out/cloudformation-template-update-stack.json';

export interface ServiceOrder {
  /** The text of serverless.yml. */
  readonly service: string;
  /** The text that its code answers. */
  readonly says?: string;
  /** Other files in the folder. */
  readonly files?: Readonly<Record<string, string>>;
}
export interface PackagedService {
  /** The message of the framework when it refused; null when it packaged. */
  readonly refused: string | null;
  readonly template: Packaged;
}

const NOTHING: Packaged = { Resources: {} };

/** Packages many services in one process of the framework. */
export async function packagedServices(orders: readonly ServiceOrder[]): Promise<readonly PackagedService[]> {
  const folders = orders.map(serviceFolder);
  try {
    const script = join(ROOT, 'tests/plugin/package-each.cjs');
    const { stdout } = await promisify(execFile)(process.execPath, [script, ...folders], {
      env: { PATH: process.env.PATH, HOME: tmpdir() },
    });
    const ends = JSON.parse(stdout.trimEnd().split('\n').at(-1) ?? '') as readonly Pick<PackagedService, 'refused'>[];
    return ends.map(({ refused }, index) => ({
      refused,
      template: refused === null ? templateIn(folders[index] ?? '') : NOTHING,
    }));
  } finally {
    for (const folder of folders) rmSync(folder, { recursive: true });
  }
}

/** Packages one service by the command itself. */
export async function packageByCommand(
  order: ServiceOrder,
): Promise<{ readonly template: Packaged; readonly output: string }> {
  const folder = serviceFolder(order);
  try {
    const output = await runServerless({ folder }, ['package', '--package=out']);
    return { template: templateIn(folder), output };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function templateIn(folder: string): Packaged {
  return JSON.parse(readFileSync(join(folder, TEMPLATE), 'utf8'));
}

/** A project with the service and the plugin installed. The caller removes the folder. */
export function serviceFolder({ service, says = 'hello', files = {} }: ServiceOrder): string {
  const folder = mkdtempSync(join(tmpdir(), 'slipway-service-'));
  writeFileSync(join(folder, 'serverless.yml'), service);
  const code = `exports.handler = async () => ({ statusCode: 200, body: ${JSON.stringify(says)} });`;
  // The time is fixed, so that the same code gives the same file.
  writeFileSync(join(folder, 'code.zip'), zipSync({ 'index.js': strToU8(code) }, { mtime: '2020-01-01' }));
  for (const [name, content] of Object.entries(files)) writeFileSync(join(folder, name), content);
  mkdirSync(join(folder, 'node_modules'));
  symlinkSync(join(ROOT, 'plugin'), join(folder, 'node_modules/serverless-slipway'));
  return folder;
}
