/** The versions of a Lambda function, and how one comes to be. */
import type { Artifact } from '../domain/deployment/deployment.ts';
import type { Fingerprint } from '../domain/lambda/fingerprint.ts';
import type { VersionFact } from '../domain/lambda/version-fact.ts';
import type { LambdaTarget } from '../domain/service/service-spec.ts';

/** The versions of a Lambda target. */
export interface Versions {
  /**
   * Publishes code and returns the version, which may still be Pending. Repeating it with the same deployment's id returns
   * the same version. Throws Transient while Lambda still puts the code in place. Of `latest`, which somebody else has put there, it
   * publishes what is `expected`, and throws Conflict when that is known and is not what is there. When the last published version is
   * just that, it is the answer.
   */
  publish(order: {
    readonly target: LambdaTarget;
    readonly artifact: Artifact;
    readonly deploymentId: string;
    /** Of `latest`: what it was when the deployment was asked for. */
    readonly expected?: Fingerprint | null | undefined;
  }): Promise<string>;
  /** Of a published version by its number, or of `$LATEST`. Throws NotFound when there is no such version. */
  describe(target: LambdaTarget, version: string): Promise<VersionFact>;
}
