/** What a target says about its versions: which one is live, and whether the version to roll back to still exists. */
import type { Deployment } from '../../../domain/deployment/deployment.ts';
import type { Fingerprint, KnownVersion } from '../../../domain/lambda/fingerprint.ts';
import type { Service } from '../../../domain/service/service-spec.ts';
import type { Live, Traffic } from '../../../ports/traffic.ts';
import type { Versions } from '../../../ports/versions.ts';

export interface VersionPorts {
  readonly traffic: Pick<Traffic, 'read'>;
  readonly versions: Pick<Versions, 'describe'>;
}

export interface OwnVersions {
  readonly service: Service;
  /** The deployments of the target, the latest first. */
  readonly past: readonly Deployment[];
}

export interface AskedVersion extends OwnVersions {
  /** The version with its fingerprint from when it was live, where that is recorded. */
  readonly to: KnownVersion;
}

export interface LiveVersion extends Pick<Live, 'stable' | 'revision' | 'canaryPercent'> {
  /**
   * The fingerprint of the live version; null while the alias is as Slipway left it, because the function is the same
   * then.
   */
  readonly fingerprint: Fingerprint | null;
}
