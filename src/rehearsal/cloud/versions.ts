/** The Versions port over the rehearsed Lambda. A version carries its deployment's id, by which a repeat finds it. */
import type { Artifact } from '../../domain/deployment.ts';
import type { Versions } from '../../ports.ts';
import type { ControlPlane } from './control-plane.ts';
import type { Code } from './world.ts';

export function rehearsedVersions(
  lambda: ControlPlane,
  codeOf: (artifact: Artifact, functionName: string) => Promise<Code>,
): Versions {
  return {
    async publish({ target, artifact, deploymentId }) {
      if ('version' in artifact) return lambda.getVersion(target.function, artifact).version;
      const description = `slipway ${deploymentId}`;
      const { versions } = lambda.getFunction(target.function);
      const known = Object.values(versions).find((version) => version.description === description);
      if (known) return known.version;
      const code = await codeOf(artifact, target.function);
      // A repeat may have published it while the code was read.
      const since = Object.values(versions).find((version) => version.description === description);
      if (since) return since.version;
      return lambda.publishVersion({ functionName: target.function, code, description }).version;
    },
    async describe(target, version) {
      return lambda.describeVersion(target.function, { version });
    },
  };
}
