/** The versions of a workload, as the ledger has them. */
import { liveOnRecord } from '../../../domain/deployment/deployment.ts';
import { SlipwayError } from '../../../domain/errors.ts';
import { targetName } from '../../../domain/service/target.ts';
import { NO_VERSION } from '../../../domain/workload/workload-record.ts';
import type { AskedVersion, LiveVersion, OwnVersions } from '../seam/versions.ts';

export function readLiveOnRecord({ service: { name, spec }, past }: OwnVersions): LiveVersion {
  const known = liveOnRecord(past);
  if (known !== null) return { stable: known.version, revision: known.revision, canaryPercent: 0, fingerprint: null };
  throw new SlipwayError(
    'Conflict',
    `No deployment of ${name} says which version is live on ${targetName(spec.target)}. Deploy the version that should be.`,
  );
}

export function requireOnRecord({ service: { name }, past, to: { version } }: AskedVersion): void {
  const isKnown = past.some(({ stable, canary }) => stable === version || canary === version);
  if (isKnown && version !== NO_VERSION) return;
  throw new SlipwayError(
    'NotFound',
    `No deployment of ${name} knows a version ${version}. Name one that was live before: GET /deployments?service=${name} lists them.`,
  );
}
