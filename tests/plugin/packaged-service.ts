/** A service of somebody's, packaged by the real framework with the plugin, as `serverless package` does it on their machine. */
import { execFile } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { strToU8, zipSync } from 'fflate';
import type { Packaged } from '../repo/packaged-template.ts';
import { ROOT } from '../repo/sources.ts';

const SERVICES = join(ROOT, 'tests/plugin/services');

export interface PackagedService {
  readonly template: Packaged;
  readonly output: string;
}

export interface ServiceOrder {
  /** A file of tests/plugin/services, or the text of a serverless.yml. */
  readonly service: string;
  /** What its code says. */
  readonly says?: string;
  readonly files?: Readonly<Record<string, string>>;
}

/** Throws what the framework printed when it ended with another code than 0. */
export async function packagedService(order: ServiceOrder): Promise<PackagedService> {
  const folder = serviceFolder(order);
  try {
    const output = await serverlessIn(folder, { args: ['package', '--package=out'] });
    const text = readFileSync(join(folder, 'out/cloudformation-template-update-stack.json'), 'utf8');
    return { template: JSON.parse(text), output };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** A project with the service and the plugin installed; whoever asked for it removes it. */
export function serviceFolder({ service, says = 'hello', files = {} }: ServiceOrder): string {
  const folder = mkdtempSync(join(tmpdir(), 'slipway-service-'));
  cpSync(SERVICES, folder, { recursive: true });
  const text = service.endsWith('.yml') ? readFileSync(join(SERVICES, service), 'utf8') : service;
  writeFileSync(join(folder, 'serverless.yml'), text);
  const code = `exports.handler = async () => ({ statusCode: 200, body: ${JSON.stringify(says)} });`;
  writeFileSync(join(folder, 'index.js'), code);
  // Fixed, so that the same words make the same file.
  writeFileSync(join(folder, 'code.zip'), zipSync({ 'index.js': strToU8(code) }, { mtime: '2020-01-01' }));
  for (const [name, content] of Object.entries(files)) writeFileSync(join(folder, name), content);
  mkdirSync(join(folder, 'node_modules'));
  symlinkSync(join(ROOT, 'plugin'), join(folder, 'node_modules/serverless-slipway'));
  return folder;
}

export async function serverlessIn(
  folder: string,
  { args, environment = {} }: { readonly args: readonly string[]; readonly environment?: Readonly<NodeJS.ProcessEnv> },
): Promise<string> {
  const serverless = join(ROOT, 'node_modules/.bin/serverless');
  const env = { PATH: process.env.PATH, HOME: folder, ...environment };
  try {
    const { stdout, stderr } = await promisify(execFile)(process.execPath, [serverless, ...args], { cwd: folder, env });
    return stdout + stderr;
  } catch (error) {
    const { stdout = '', stderr = '' } = error as { stdout?: string; stderr?: string };
    throw new Error(`serverless ${args.join(' ')} failed:\n${stdout}${stderr}`, { cause: error });
  }
}
