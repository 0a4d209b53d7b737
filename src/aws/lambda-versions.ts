/**
 * Publishes and reads the versions of a Lambda function. A version has the deployment's id in its description, so that
 * a repeated publish finds it. When nothing changed since the last version, Lambda publishes none and answers with that
 * version. It is the requested code, so it becomes the version of this deployment.
 */
import {
  type FunctionConfiguration,
  type LambdaClient,
  PublishVersionCommand,
  paginateListVersionsByFunction,
  UpdateFunctionCodeCommand,
  type UpdateFunctionCodeCommandInput,
} from '@aws-sdk/client-lambda';
import { type Artifact, isLatest } from '../domain/deployment/deployment.ts';
import { SlipwayError } from '../domain/errors.ts';
import { type Fingerprint, mayBeSame } from '../domain/lambda/fingerprint.ts';
import { changedSinceInWords, type VersionFact, type VersionState } from '../domain/lambda/version-fact.ts';
import type { LambdaTarget } from '../domain/service/service-spec.ts';
import type { Versions } from '../ports/versions.ts';
import { attempt, isNamed } from './errors.ts';
import { fingerprintOf, otherSettingsSha256, readConfiguration } from './lambda-configuration.ts';

export interface UpdatePatience {
  /** How long to wait for an update of the code before Transient is thrown. */
  readonly waitMs: number;
  readonly pollMs: number;
}

type Order = Parameters<Versions['publish']>[0];
type Code = Exclude<Artifact, { version: string }>;

export function lambdaVersions(
  lambda: LambdaClient,
  patience: UpdatePatience = { waitMs: 60_000, pollMs: 1_000 },
): Versions {
  return {
    ...lambdaVersionFacts(lambda),
    async publish({ target, artifact, deploymentId, expected = null }) {
      if (isLatest(artifact)) return publishLatest(lambda, { target, deploymentId, expected, patience });
      if ('version' in artifact) return (await describe(lambda, { target, version: artifact.version })).version;
      const published = await findPublished(lambda, { target, deploymentId });
      if (published !== undefined) return published;
      const updated = await updateCode(lambda, { target, code: artifact });
      await untilUpdated(lambda, { target, updated, patience });
      return publishVersion(lambda, { target, deploymentId, codeSha256: updated.CodeSha256 });
    },
  };
}

/** Only the reads, without the calls that publish. */
export function lambdaVersionFacts(lambda: LambdaClient): Pick<Versions, 'describe'> {
  return { describe: (target, version) => describe(lambda, { target, version }) };
}

async function describe(lambda: LambdaClient, { target, version }: { target: LambdaTarget; version: string }) {
  const config = await readConfiguration(lambda, { target, qualifier: version });
  const state = stateOf(config);
  const words = config.StateReason ?? config.LastUpdateStatusReason ?? config.StateReasonCode;
  const reason = state === 'Stopped' ? [config.State, words].filter(Boolean).join(': ') : words;
  return {
    version: config.Version ?? version,
    roleArn: config.Role ?? '',
    deadLetterArn: config.DeadLetterConfig?.TargetArn || null,
    state,
    stateReason: state === 'Active' ? null : (reason ?? null),
    packageType: config.PackageType,
    fingerprint: fingerprintOf(config),
    otherSettings: otherSettingsSha256(config),
  } satisfies VersionFact;
}

/** When its snapshot cannot be made, a version says so in its State, or only in the status of its last update. */
function stateOf({ State, LastUpdateStatus }: FunctionConfiguration): VersionState {
  if (State === 'Failed' || LastUpdateStatus === 'Failed') return 'Failed';
  if (State === 'Inactive') return 'Inactive';
  if (State === 'Pending') return 'Pending';
  if (State !== undefined && State !== 'Active') return 'Stopped';
  return LastUpdateStatus === 'InProgress' ? 'Pending' : 'Active';
}

function descriptionFor(deploymentId: string): string {
  return `slipway ${deploymentId}`;
}

async function findPublished(
  lambda: LambdaClient,
  { target, deploymentId }: Pick<Order, 'target' | 'deploymentId'>,
): Promise<string | undefined> {
  const what = `list the versions of ${target.function}`;
  return attempt({ what, action: 'lambda:ListVersionsByFunction' }, async () => {
    for await (const page of paginateListVersionsByFunction({ client: lambda }, { FunctionName: target.function })) {
      const found = page.Versions?.find(
        ({ Description, Version }) => Description === descriptionFor(deploymentId) && Version !== '$LATEST',
      );
      if (found?.Version !== undefined) return found.Version;
    }
    return undefined;
  });
}

interface LatestOrder extends Pick<Order, 'target' | 'deploymentId'> {
  readonly expected: Fingerprint | null;
  readonly patience: UpdatePatience;
}

/**
 * Publishes what another tool has put into `$LATEST`, as it was when it was read. Lambda refuses the publish when
 * `$LATEST` has changed since.
 */
async function publishLatest(
  lambda: LambdaClient,
  { target, deploymentId, expected, patience }: LatestOrder,
): Promise<string> {
  const published = await findPublished(lambda, { target, deploymentId });
  if (published !== undefined) return published;
  const updated = await readConfiguration(lambda, { target, qualifier: undefined });
  const {
    CodeSha256: codeSha256,
    RevisionId: revisionId,
    ...rest
  } = await untilUpdated(lambda, { target, updated, patience });
  if (!mayBeSame(expected, fingerprintOf({ ...rest, CodeSha256: codeSha256 })))
    throw new SlipwayError('Conflict', changedSinceInWords(target));
  return publishVersion(lambda, { target, deploymentId, codeSha256, revisionId });
}

async function updateCode(lambda: LambdaClient, { target, code }: { target: LambdaTarget; code: Code }) {
  const what = `update the code of ${target.function} from ${'s3' in code ? `s3://${code.s3.bucket}/${code.s3.key}` : code.image}`;
  try {
    return await attempt({ what, action: 'lambda:UpdateFunctionCode', conflictIs: 'Transient' }, () =>
      lambda.send(new UpdateFunctionCodeCommand({ FunctionName: target.function, ...codeInput(code) })),
    );
  } catch (error) {
    // Another update ends by itself. A function that could not be created never becomes ready, and a wait for it would
    // never end.
    if (isNamed(error, 'ResourceConflictException')) await requireAlive(lambda, target);
    throw error;
  }
}

/** Throws Conflict when the function itself is Failed. */
async function requireAlive(lambda: LambdaClient, target: LambdaTarget): Promise<void> {
  const { State, StateReason, StateReasonCode } = await readConfiguration(lambda, { target, qualifier: undefined });
  if (State !== 'Failed') return;
  const why = StateReason ?? StateReasonCode ?? 'no reason given';
  const fact = `The function ${target.function} is Failed (${why}), so it takes no code.`;
  throw new SlipwayError('Conflict', `${fact} Delete it and create it again, then deploy.`);
}

function codeInput(code: Code): Omit<UpdateFunctionCodeCommandInput, 'FunctionName'> {
  if ('image' in code) return { ImageUri: code.image };
  const { bucket, key, objectVersion } = code.s3;
  return {
    S3Bucket: bucket,
    S3Key: key,
    ...(objectVersion === undefined ? {} : { S3ObjectVersion: objectVersion }),
  };
}

/** Code that is not yet in place cannot be published. */
async function untilUpdated(
  lambda: LambdaClient,
  { target, updated, patience }: { target: LambdaTarget; updated: FunctionConfiguration; patience: UpdatePatience },
): Promise<FunctionConfiguration> {
  let state = updated;
  for (let waitedMs = 0; isBusy(state); waitedMs += patience.pollMs) {
    if (waitedMs >= patience.waitMs) {
      const fact = `Lambda has not finished updating the code of ${target.function} after ${patience.waitMs / 1_000} seconds.`;
      throw new SlipwayError('Transient', `${fact} It may be done in a moment.`);
    }
    await new Promise((resolve) => setTimeout(resolve, patience.pollMs));
    state = await readConfiguration(lambda, { target, qualifier: undefined });
  }
  if (state.LastUpdateStatus !== 'Failed') return state;
  const why = state.LastUpdateStatusReason ?? state.LastUpdateStatusReasonCode ?? 'no reason given';
  throw new SlipwayError(
    'InvalidRequest',
    `Lambda could not use the new code of ${target.function}: ${why}. Mend the artifact, then deploy again.`,
  );
}

/**
 * True while Lambda puts the code in place, or the function itself, as after its creation or a long time without calls.
 */
function isBusy({ State, LastUpdateStatus }: FunctionConfiguration): boolean {
  return LastUpdateStatus === 'InProgress' || State === 'Pending';
}

interface PublishOrder extends Pick<Order, 'target' | 'deploymentId'> {
  readonly codeSha256: string | undefined;
  /** When left out, the settings may have changed since. */
  readonly revisionId?: string | undefined;
}

/**
 * With the hash, only the code that was uploaded or read can be published, and not code that another tool or person
 * uploaded since.
 */
async function publishVersion(
  lambda: LambdaClient,
  { target, deploymentId, codeSha256, revisionId }: PublishOrder,
): Promise<string> {
  const what = `publish a version of ${target.function}`;
  const answer = await attempt({ what, action: 'lambda:PublishVersion', conflictIs: 'Transient' }, () =>
    lambda.send(
      new PublishVersionCommand({
        FunctionName: target.function,
        CodeSha256: codeSha256,
        Description: descriptionFor(deploymentId),
        ...(revisionId === undefined ? {} : { RevisionId: revisionId }),
      }),
    ),
  ).catch((error: unknown) => {
    throw codeChangedSince(error) ? transient(error, target) : error;
  });
  if (answer.Version !== undefined) return answer.Version;
  throw new SlipwayError('Broken', `Lambda published a version of ${target.function} but did not say which one. Look.`);
}

/**
 * Matches `CodeSHA256 (...) is different from current CodeSHA256 in $LATEST (...)`, or another revision. A new try
 * uploads the code again, or reads again what is there.
 */
function codeChangedSince(error: unknown): error is Error {
  if (!(error instanceof Error)) return false;
  if (isNamed(error, 'PreconditionFailedException')) return true;
  return isNamed(error, 'InvalidParameterValueException') && /CodeSHA256/i.test(error.message);
}

function transient(cause: Error, target: LambdaTarget): SlipwayError {
  const fact = `Someone else changed the code or the settings of ${target.function} while Slipway published it.`;
  return new SlipwayError('Transient', `${fact} This is tried again.`, { cause });
}
