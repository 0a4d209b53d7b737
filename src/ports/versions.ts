/** Publishes and describes the versions of a Lambda function. */
import type { Artifact } from '../domain/deployment/deployment.ts';
import type { Fingerprint } from '../domain/lambda/fingerprint.ts';
import type { VersionFact } from '../domain/lambda/version-fact.ts';
import type { LambdaTarget } from '../domain/service/service-spec.ts';

/** The versions of a Lambda target. */
export interface Versions {
  /**
   * Publishes code and returns the version, which may still be Pending. Repeatable: the same deployment's id returns
   * the same version. Throws Transient while Lambda still updates the code.
   *
   * For `latest`, another tool or person has uploaded the code. It publishes that code only when it is the `expected`
   * code, and otherwise throws Conflict; without `expected` it publishes what is there. When the last published version
   * already has this code, it returns that version.
   */
  publish(order: {
    readonly target: LambdaTarget;
    readonly artifact: Artifact;
    readonly deploymentId: string;
    /** For `latest`: the fingerprint of the code when the deployment was requested. */
    readonly expected?: Fingerprint | null | undefined;
  }): Promise<string>;
  /** Describes a published version by its number, or `$LATEST`. Throws NotFound when there is no such version. */
  describe(target: LambdaTarget, version: string): Promise<VersionFact>;
}
