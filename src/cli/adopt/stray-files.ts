/**
 * Finds files beside manifests that are not manifests: Slipway reads every YAML and JSON file of the folder as a
 * manifest.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { isSlipwayError } from '../../domain/errors.ts';
import { readDocuments } from './intrinsic-values.ts';
import { workloadsOf } from './kubernetes-documents.ts';

/**
 * Returns the names of such files; none when a kustomization lists the files of the folder. `out` is the path of
 * slipway.yml.
 */
export function strayFiles({ folder, out }: { readonly folder: string; readonly out: string }): string[] {
  const names = readdirSync(folder);
  if (names.some((name) => /^(kustomization\.ya?ml|Kustomization)$/.test(name))) return [];
  const spec = dirname(resolve(out)) === resolve(folder) ? [out] : [];
  const others = names.filter((name) => /\.(ya?ml|json)$/.test(name) && resolve(folder, name) !== resolve(out));
  return [...spec, ...others.filter((name) => !isManifest(join(folder, name)))];
}

function isManifest(path: string): boolean {
  try {
    const text = readFileSync(path, 'utf8');
    return text.trim() === '' || workloadsOf(readDocuments({ text, path }), dirname(path)) !== null;
  } catch (error) {
    if (isSlipwayError(error)) return false;
    throw error;
  }
}
