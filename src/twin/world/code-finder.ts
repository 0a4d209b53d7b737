/**
 * Finds the code of an artifact or an image. It is a model when there is a behaviour for it, and otherwise a real
 * handler, which virtual time cannot run. File names are first looked up from the folder of the function's own
 * slipway.yml.
 */
import type { Artifact } from '../../domain/deployment/deployment.ts';
import { isSlipwayError, SlipwayError } from '../../domain/errors.ts';
import type { CodeSource, CodeStore } from './code-store.ts';
import type { Behaviour, Code, Source, World } from './world.ts';

export interface CodeFinderOrder {
  readonly mode: 'real' | 'virtual';
  readonly root?: string;
  readonly behaviours?: Readonly<Record<string, Behaviour>>;
}

export interface CodeFinder {
  /** The code of a version that is to be published. Rejects with InvalidRequest or NotFound. */
  put(artifact: Artifact, source: Source): Promise<Code>;
  /** The place of the function's code. */
  sourceOf(functionName: string): Source;
  /** Throws at once what `put` would reject with, as far as this is known without reading the code. */
  require(artifact: Artifact, functionName: string): void;
  /** Modelled code. Throws NotFound when there is no behaviour. */
  modelled(artifact: Artifact): Code;
  /** The code of pods. Throws InvalidRequest or NotFound. */
  image(image: string): Code;
}

export function codeFinder(
  { behaviours = {}, mode, root = '.' }: CodeFinderOrder,
  { world, code }: { readonly world: World; readonly code: CodeStore },
): CodeFinder {
  const here: Source = { bases: [root], within: [root], layers: [] };
  const behaviourOf = (artifact: Artifact) =>
    behaviours[nameOf(artifact)] ?? behaviours[repositoryOf(nameOf(artifact))];
  const sourceOf = (functionName: string) => world.functions[functionName]?.source ?? here;
  const modelled = (artifact: Artifact): Code => {
    const behaviour = behaviourOf(artifact);
    if (behaviour) return { kind: 'modelled', behaviour };
    throw new SlipwayError(
      'NotFound',
      `The rehearsal has no behaviour for ${nameOf(artifact)}. Add it to its behaviours.`,
    );
  };
  const isModelled = (artifact: Artifact) => mode === 'virtual' || behaviourOf(artifact) !== undefined;
  return {
    modelled,
    sourceOf,
    put: async (artifact, source) =>
      isModelled(artifact) ? modelled(artifact) : code.put(asFile(artifact), withRoot(source, root)),
    require(artifact, functionName) {
      if (isModelled(artifact)) modelled(artifact);
      else code.find(asFile(artifact), withRoot(sourceOf(functionName), root));
    },
    image(image) {
      if (isModelled({ image })) return modelled({ image });
      return firstFound(imageSources({ world, here, image }), ({ key, source }) =>
        code.pull({ s3: { bucket: 'local', key } }, { from: withRoot(source, root), name: image }),
      );
    },
  };
}

/** Also looks in the folder in which the rehearsal was started, as for a request. */
function withRoot({ handler, bases, within, layers }: Source, root: string): CodeSource {
  return { handler, bases: [...new Set([...bases, root])], within: [...new Set([...within, root])], layers };
}

interface ImageSource {
  readonly key: string;
  readonly source: Source;
}

/**
 * The registry `local` of the rehearsal. Its repositories are handlers, so that pods have code to run. The name of an
 * image may begin with a workload, in whose folder the code is then looked up.
 */
function imageSources({ world, here, image }: { world: World; here: Source; image: string }): readonly ImageSource[] {
  const key = keyOfImage(image);
  const [owner, ...rest] = key.split('/');
  const sources = Object.values(world.functions).flatMap(({ name, source }) =>
    source === undefined ? [] : [{ source, isOwner: name.split('/').at(-1) === owner }],
  );
  const owned = sources.filter(({ isOwner }) => isOwner).map(({ source }) => ({ key: rest.join('/'), source }));
  const others = sources.map(({ source }) => ({ key, source }));
  return [...(rest.length === 0 ? [] : owned), { key, source: here }, ...others];
}

function keyOfImage(image: string): string {
  const key = /^local\/(.+)$/.exec(repositoryOf(image))?.[1];
  if (key !== undefined) return key;
  const fact = `The rehearsal cannot pull ${image}: it runs JavaScript files. Name one as an image of the registry local`;
  throw new SlipwayError('InvalidRequest', `${fact}, for example local/examples/orders/good.mjs:1.`);
}

function asFile(artifact: Artifact): Artifact {
  return 'image' in artifact ? { s3: { bucket: 'local', key: keyOfImage(artifact.image) } } : artifact;
}

/** When all sources fail, throws the error of the first one. */
function firstFound(sources: readonly ImageSource[], find: (source: ImageSource) => Code): Code {
  const failures: unknown[] = [];
  for (const source of sources) {
    try {
      return find(source);
    } catch (error) {
      if (!isSlipwayError(error)) throw error;
      failures.push(error);
    }
  }
  throw failures[0];
}

function nameOf(artifact: Artifact): string {
  return 's3' in artifact ? artifact.s3.key : 'image' in artifact ? artifact.image : artifact.version;
}

/** An image without its tag and digest. */
export function repositoryOf(image: string): string {
  return image.replace(/@.*$/, '').replace(/:[^/:]*$/, '');
}
