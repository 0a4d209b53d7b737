/**
 * Copies the definitions of Argo CD's and Flux's own kinds from their pinned Go modules into a folder of the user's
 * cache.
 */
import { execFile } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, renameSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { cacheFolder } from '../python/virtual-environment.ts';

const DEFINITIONS = [
  {
    module: 'github.com/argoproj/argo-cd/v3@v3.5.7',
    path: 'manifests/crds/application-crd.yaml',
    as: 'application.yaml',
  },
  {
    module: 'github.com/fluxcd/kustomize-controller@v1.9.6',
    path: 'config/crd/bases/kustomize.toolkit.fluxcd.io_kustomizations.yaml',
    as: 'kustomization.yaml',
  },
];

export async function installDefinitions(): Promise<string> {
  const versions = DEFINITIONS.map(({ module }) => module.replace(/.*@/, '')).join('-');
  const folder = join(cacheFolder(), 'adopt-definitions', versions);
  if (existsSync(folder)) return folder;
  mkdirSync(dirname(folder), { recursive: true });
  const draft = mkdtempSync(`${folder}-draft-`);
  try {
    for (const { module, path, as } of DEFINITIONS) {
      // Runs outside of a module, so that no go.mod influences the version.
      const { stdout } = await promisify(execFile)('go', ['mod', 'download', '-json', module], { cwd: draft });
      copyFileSync(join((JSON.parse(stdout) as { readonly Dir: string }).Dir, path), join(draft, as));
    }
    renameSync(draft, folder);
  } catch (cause) {
    // Another run has installed them in the meantime.
    if (!existsSync(folder)) throw cause;
  } finally {
    rmSync(draft, { recursive: true, force: true });
  }
  return folder;
}
