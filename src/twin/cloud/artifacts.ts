/**
 * The port Artifacts over the rehearsed account: the bucket and the registry `local` are folders, so a look shows
 * whether the code is there. A model has its code by name, and pods of an image without a behaviour fail when they pull.
 */
import { isSlipwayError } from '../../domain/errors.ts';
import { onAlias } from '../../domain/service/target.ts';
import type { Artifacts } from '../../ports/artifacts.ts';
import type { CodeFinder } from '../world/code-finder.ts';

export function rehearsedArtifacts(code: CodeFinder, { mode }: { readonly mode: 'real' | 'virtual' }): Artifacts {
  return {
    async findProblem(target, artifact) {
      if ('version' in artifact || mode === 'virtual') return null;
      const alias = onAlias(target);
      try {
        if (alias !== null) code.require(artifact, alias.function);
        else if ('image' in artifact) code.image(artifact.image);
        return null;
      } catch (error) {
        if (!isSlipwayError(error)) throw error;
        return error.message;
      }
    },
  };
}
