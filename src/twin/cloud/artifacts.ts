/**
 * The port Artifacts over the rehearsed account: the bucket and the registry `local` are folders, so a look shows
 * whether the code is there. A model has its code by name, and pods of an image without a behaviour fail when they pull.
 */
import { isSlipwayError } from '../../domain/errors.ts';
import type { Artifacts } from '../../ports/artifacts.ts';
import type { CodeFinder } from '../world/code-finder.ts';
import type { CloudOrder } from './account.ts';
import { calledAs } from './workload-calls.ts';

export function rehearsedArtifacts(
  code: CodeFinder,
  { mode, isClusterReal = false }: Pick<CloudOrder, 'mode' | 'isClusterReal'>,
): Artifacts {
  return {
    async findProblem(target, artifact) {
      if ('version' in artifact || mode === 'virtual') return null;
      try {
        if ('s3' in artifact) code.require(artifact, calledAs(target).functionName);
        else if (!isClusterReal) code.image(artifact.image);
        return null;
      } catch (error) {
        if (!isSlipwayError(error)) throw error;
        return error.message;
      }
    },
  };
}
