/** Runs `serverless package` on a copy of an example, as its team would, and reads the resulting template. */
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Template } from '../examples/template.ts';
import { runServerless } from '../repo/run-serverless.ts';

const ROOT = new URL('../..', import.meta.url).pathname;

export interface PackageOrder {
  /** The folder of the example, from the root of the project. */
  readonly folder: string;
  /** The configuration file in the folder. */
  readonly config: string;
  /** Files that a later release has changed: their paths in the folder, and their text. */
  readonly changed?: Readonly<Record<string, string>>;
  /** Packages in `node_modules`, by name: their folders from the root of the project. */
  readonly modules?: Readonly<Record<string, string>>;
}

export async function packageService({ folder, config, changed = {}, modules = {} }: PackageOrder): Promise<Template> {
  const copy = mkdtempSync(join(tmpdir(), 'slipway-example-'));
  try {
    cpSync(join(ROOT, folder), copy, { recursive: true });
    for (const [path, text] of Object.entries(changed)) writeFileSync(join(copy, path), text);
    mkdirSync(join(copy, 'node_modules'));
    for (const [name, path] of Object.entries(modules)) symlinkSync(join(ROOT, path), join(copy, 'node_modules', name));
    await runServerless({ folder: copy }, ['package', `--config=${config}`, '--package=out']);
    return JSON.parse(readFileSync(join(copy, 'out/cloudformation-template-update-stack.json'), 'utf8'));
  } finally {
    rmSync(copy, { recursive: true });
  }
}
