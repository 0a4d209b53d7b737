/** The versions of a function, as Lambda has them. */
import { renumberedInWords } from '../../../domain/deployment/renumbered.ts';
import { SlipwayError } from '../../../domain/errors.ts';
import { type Fingerprint, mayBeSame } from '../../../domain/lambda/fingerprint.ts';
import { isVersionNumber, LATEST, type VersionFact, versionProblem } from '../../../domain/lambda/version-fact.ts';
import type { LambdaTarget } from '../../../domain/service/service-spec.ts';
import { orNull } from '../../steps/or-null.ts';
import type { AskedVersion, LiveVersion, OwnVersions, VersionPorts } from '../seam/versions.ts';

export async function readLiveOnAlias(
  { traffic, versions }: VersionPorts,
  { target, past }: Pick<OwnVersions, 'past'> & { readonly target: LambdaTarget },
): Promise<LiveVersion> {
  const live = await traffic.read(target);
  const isAsLeft = past.some(({ liveRevision }) => liveRevision === live.revision);
  const fact = isAsLeft ? null : await orNull(versions.describe(target, live.stable));
  return { ...live, fingerprint: fact?.fingerprint ?? null };
}

/** Returns the fingerprint of the version. Throws when the version is not there, is another version now, or cannot take calls. */
export async function requireInLambda(
  { versions }: Pick<VersionPorts, 'versions'>,
  { target, to: { version, fingerprint } }: Pick<AskedVersion, 'to'> & { readonly target: LambdaTarget },
): Promise<Fingerprint | null> {
  requirePublished(version);
  const fact = await versions.describe(target, version);
  if (!mayBeSame(fingerprint, fact.fingerprint)) {
    const known = { version, fingerprint };
    throw new SlipwayError('NotFound', renumberedInWords({ target, known, found: fact.fingerprint }));
  }
  // An Inactive version becomes active with its first calls. Users of a bad version must not wait for that before the
  // rollback.
  const problem = fact.state === 'Inactive' ? null : rollbackProblem(fact);
  if (problem !== null) throw new SlipwayError('Conflict', problem);
  return fact.fingerprint;
}

/**
 * Throws InvalidRequest for unpublished code, which changes with each upload, and for anything that is not a version
 * number.
 */
function requirePublished(version: string): void {
  if (isVersionNumber(version)) return;
  const fact =
    version === LATEST
      ? `${LATEST} is the code that was uploaded last, and no version to go back to.`
      : `Version ${version} is none of Lambda's, which are numbers from 1 on.`;
  const detail = `${fact} Name a published version with "to", for example "41".`;
  throw new SlipwayError('InvalidRequest', detail, { details: { errors: [{ pointer: '/to', detail }] } });
}

function rollbackProblem(fact: VersionFact): string | null {
  if (fact.state !== 'Pending') return versionProblem(fact);
  return `Version ${fact.version} is still Pending, so calls to it would fail. Repeat this when it is Active, or name another version.`;
}
