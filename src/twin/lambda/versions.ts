/**
 * The port Versions over the rehearsed Lambda. A version carries the id of its deployment, so that a repeat finds the
 * version.
 */
import { type Artifact, isLatest } from '../../domain/deployment/deployment.ts';
import { SlipwayError } from '../../domain/errors.ts';
import { mayBeSame } from '../../domain/lambda/fingerprint.ts';
import { changedSinceInWords, LATEST } from '../../domain/lambda/version-fact.ts';
import type { Versions } from '../../ports/versions.ts';
import type { Code } from '../world/world.ts';
import type { ControlPlane } from './control-plane.ts';

type Order = Parameters<Versions['publish']>[0];

export function rehearsedVersions(
  lambda: ControlPlane,
  codeOf: (artifact: Artifact, functionName: string) => Promise<Code>,
): Versions {
  return {
    async publish(order) {
      const { target, artifact, deploymentId } = order;
      if ('version' in artifact && !isLatest(artifact)) return lambda.getVersion(target.function, artifact).version;
      const description = `slipway ${deploymentId}`;
      const { versions } = lambda.getFunction(target.function);
      const known = Object.values(versions).find((version) => version.description === description);
      if (known) return known.version;
      if (isLatest(artifact)) return publishLatest(lambda, { ...order, description });
      const code = await codeOf(artifact, target.function);
      // A repeat may have published the version while the code was read.
      const since = Object.values(versions).find((version) => version.description === description);
      if (since) return since.version;
      return lambda.publishVersion({ functionName: target.function, code, description }).version;
    },
    async describe(target, version) {
      return lambda.describeVersion(target.function, { version });
    },
  };
}

/** No time passes between the read and the publish, so there can be no change between them. */
function publishLatest(
  lambda: ControlPlane,
  { target, expected, description }: Order & { readonly description: string },
): string {
  const { codeSha256 } = lambda.getVersion(target.function, { version: LATEST });
  const { fingerprint, state, stateReason } = lambda.describeVersion(target.function, { version: LATEST });
  if (state === 'Pending')
    throw new SlipwayError('Transient', `Lambda has not finished updating the code of ${target.function}.`);
  if (state === 'Failed')
    throw new SlipwayError(
      'InvalidRequest',
      `Lambda could not use the new code of ${target.function}: ${stateReason}.`,
    );
  if (!mayBeSame(expected, fingerprint)) throw new SlipwayError('Conflict', changedSinceInWords(target));
  return lambda.publishLatest({ functionName: target.function, codeSha256, description }).version;
}
