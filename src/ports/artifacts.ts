/** A look at the code that a request names, before a deployment is opened. */
import type { Artifact } from '../domain/deployment/deployment.ts';
import type { Target } from '../domain/service/service-spec.ts';

export interface Artifacts {
  /**
   * Says why this code cannot be published for the target, and the next step. Null when nothing speaks against it, and
   * when a look cannot tell: then the publish finds out. Changes nothing, and never throws for an artifact.
   */
  findProblem(target: Target, artifact: Artifact): Promise<string | null>;
}
