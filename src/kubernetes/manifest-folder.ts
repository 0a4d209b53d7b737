/**
 * Reads the objects of a folder of manifests: the output of `kubectl kustomize`, or otherwise its files in the order of
 * their names. It takes nothing from the network, and the folder must be inside the root.
 */
import { readdir, readFile, realpath, stat } from 'node:fs/promises';
import { isAbsolute, join, relative, resolve } from 'node:path';
import { SlipwayError } from '../domain/errors.ts';
import type { ClusterObject } from '../domain/workload/cluster-object.ts';
import { objectName } from '../domain/workload/cluster-object.ts';
import { withoutNoise } from './kubectl-errors.ts';
import { readManifests } from './read-manifests.ts';
import { type KubectlSettings, runKubectl } from './run-kubectl.ts';

export interface FolderOrder {
  /** Relative to the root, or an absolute path inside it. */
  readonly folder: string;
  readonly root: string | undefined;
}

const KUSTOMIZATION = /^(kustomization\.ya?ml|Kustomization)$/;
const MANIFEST = /\.(ya?ml|json)$/;

export async function buildFolder(settings: KubectlSettings, order: FolderOrder): Promise<readonly ClusterObject[]> {
  const { path, root } = await findFolder(order);
  const names = (await filesIn(path, order)).sort();
  const objects = names.some((name) => KUSTOMIZATION.test(name))
    ? await kustomize(settings, { ...order, path, root })
    : await readAll(
        names.filter((name) => MANIFEST.test(name)),
        { ...order, path, root },
      );
  if (objects.length === 0) throw unfit(order, 'holds no objects. Put the manifests of the workload into it');
  return onlyOnce(objects, order);
}

interface Found extends FolderOrder {
  readonly path: string;
  readonly root: string;
}

async function findFolder(order: FolderOrder): Promise<{ readonly path: string; readonly root: string }> {
  if (order.root === undefined) {
    const fact = `The folder of manifests ${order.folder} cannot be read: it was not said where such folders are.`;
    throw new SlipwayError('Broken', `${fact} Set the folder of manifests of this installation.`);
  }
  const root = await realpath(order.root).catch((cause) => {
    throw new SlipwayError('Broken', `There is no folder ${order.root}, where the manifests should be. Create it.`, {
      cause,
    });
  });
  const named = resolve(order.root, order.folder);
  // Checked before the folder is looked for: the answer must not tell what exists outside the root.
  if (!isInside(resolve(order.root), named)) throw outside(order);
  const path = await realpath(named).catch((cause) => {
    throw new SlipwayError(
      'NotFound',
      `There is no folder of manifests ${order.folder}. Create it, or correct the path.`,
      {
        cause,
      },
    );
  });
  if (!isInside(root, path)) throw outside(order);
  return { path, root };
}

function isInside(root: string, path: string): boolean {
  const way = relative(root, path);
  return way !== '..' && !way.startsWith('../') && !isAbsolute(way);
}

function outside(order: FolderOrder): SlipwayError {
  return unfit(order, 'leads out of the folder where manifests may be. Move it there, or correct the path');
}

function unfit({ folder }: Pick<FolderOrder, 'folder'>, what: string): SlipwayError {
  return new SlipwayError('InvalidRequest', `The folder of manifests ${folder} ${what}.`);
}

async function filesIn(path: string, order: FolderOrder): Promise<string[]> {
  try {
    return await readdir(path);
  } catch {
    throw unfit(order, 'is not a folder that can be read. Correct the path');
  }
}

async function readAll(names: readonly string[], found: Found): Promise<readonly ClusterObject[]> {
  const objects: ClusterObject[] = [];
  for (const name of names) {
    const where = `${found.folder}/${name}`;
    const text = await textOf(join(found.path, name), { ...found, folder: where });
    objects.push(...readManifests({ text, where }));
  }
  return objects;
}

async function textOf(path: string, found: Found): Promise<string> {
  const file = await realpath(path).catch(() => null);
  if (file !== null && !isInside(found.root, file)) throw outside(found);
  // Refuses a pipe, which might never be written to.
  if (file === null || !(await stat(file)).isFile()) {
    throw new SlipwayError('InvalidRequest', `${found.folder} is not a file that can be read. Remove it.`);
  }
  return readFile(file, 'utf8');
}

async function kustomize(settings: KubectlSettings, found: Found): Promise<readonly ClusterObject[]> {
  const end = await runKubectl(settings, { args: ['kustomize', found.path], offline: true });
  switch (end.end) {
    case 'exited': {
      if (end.code === 0) return readManifests({ text: end.stdout, where: `${found.folder} as kustomize builds it` });
      const why = complaintOf(end.stderr, found);
      throw unfit(found, `cannot be built: ${why}. ${nextFor(why, found)}`);
    }
    case 'killed':
      throw new SlipwayError('Transient', `kubectl was ended from outside (${end.signal}). It may work in a moment.`);
    case 'notStarted':
      throw new SlipwayError(
        'Broken',
        `kubectl could not be run at ${settings.kubectl}. Install it, or correct the path.`,
        {
          cause: end.cause,
        },
      );
    case 'outOfTime':
      throw unfit(found, `was not built within ${end.limitMs / 1_000} s. Make its kustomization smaller`);
    case 'tooLong':
      throw unfit(found, `stands for more than ${end.limitBytes >> 20} MB. Make it smaller`);
  }
}

function nextFor(why: string, { folder }: Found): string {
  if (/proxyconnect|not allowed/.test(why)) return 'Copy what it takes from the network into the folder';
  if (/no such file/.test(why)) return 'Put that file there, or take it out of the kustomization';
  return `Correct it until kubectl kustomize ${folder} prints the manifests`;
}

/** Shows paths from the root on, and no values: an unreadable text may be a Secret. */
function complaintOf(stderr: string, { root }: Found): string {
  return (
    withoutNoise(stderr)
      .replaceAll(`${root}/`, '')
      // kustomize also tries a resource that is no file as a folder, and that second message hides the first.
      .replace(/accumulation err='([\s\S]*?)': must build at directory: [\s\S]*$/, '$1')
      .replace(/^(error: )?(accumulating resources: )+/, '')
      .replace(/!!(\w+) `[^`]*`/g, '!!$1')
      .replace(/^error: /, '')
      .replace(/\s+/g, ' ')
      .trim()
      .slice(0, 1_000)
  );
}

function onlyOnce(objects: readonly ClusterObject[], order: FolderOrder): readonly ClusterObject[] {
  const seen = new Set<string>();
  for (const object of objects) {
    const name = `${object.apiVersion} ${objectName(object)}`;
    if (seen.has(name)) throw unfit(order, `has ${name} twice. Remove one`);
    seen.add(name);
  }
  return objects;
}
