/** Reads how Lambda describes a version, and makes the version's fingerprint from that. */
import { createHash } from 'node:crypto';
import { type FunctionConfiguration, GetFunctionConfigurationCommand, type LambdaClient } from '@aws-sdk/client-lambda';
import type { Fingerprint } from '../domain/lambda/fingerprint.ts';
import type { LambdaTarget } from '../domain/service/service-spec.ts';
import { attempt, isNamed } from './errors.ts';

export function readConfiguration(
  lambda: LambdaClient,
  { target, qualifier }: { target: LambdaTarget; qualifier: string | undefined },
): Promise<FunctionConfiguration> {
  const what = qualifier === undefined ? `read ${target.function}` : `read version ${qualifier} of ${target.function}`;
  return attempt({ what, action: 'lambda:GetFunctionConfiguration' }, () =>
    lambda.send(
      new GetFunctionConfigurationCommand({
        FunctionName: target.function,
        ...(qualifier === undefined ? {} : { Qualifier: qualifier }),
      }),
    ),
  );
}

/** Returns null when there is no such version. */
export async function readFingerprint(
  lambda: LambdaClient,
  { target, version }: { target: LambdaTarget; version: string },
): Promise<Fingerprint | null> {
  try {
    return fingerprintOf(await readConfiguration(lambda, { target, qualifier: version }));
  } catch (error) {
    if (isNamed(error, 'ResourceNotFoundException')) return null;
    throw error;
  }
}

export function fingerprintOf(config: FunctionConfiguration): Fingerprint | null {
  const { CodeSha256: codeSha256 } = config;
  return codeSha256 === undefined ? null : { codeSha256, settingsSha256: settingsSha256(config) };
}

/**
 * The hash of the settings that affect a call and that Lambda never changes in a published version. A setting that is
 * left out counts as Lambda's default. Returns null without the right to decrypt the environment, which is part of the
 * hash.
 */
function settingsSha256(config: FunctionConfiguration): string | null {
  const { Environment, VpcConfig, ImageConfigResponse, Layers = [], FileSystemConfigs = [] } = config;
  if (Environment?.Error !== undefined) return null;
  const { EntryPoint = [], Command = [], WorkingDirectory = '' } = ImageConfigResponse?.ImageConfig ?? {};
  const settings = [
    config.Runtime ?? '',
    config.Handler ?? '',
    config.Role ?? '',
    config.MemorySize ?? 128,
    config.Timeout ?? 3,
    config.Architectures ?? ['x86_64'],
    config.EphemeralStorage?.Size ?? 512,
    Object.entries(Environment?.Variables ?? {}).sort(([one], [other]) => (one < other ? -1 : 1)),
    Layers.map(({ Arn = '' }) => Arn),
    [...(VpcConfig?.SubnetIds ?? [])].sort(),
    [...(VpcConfig?.SecurityGroupIds ?? [])].sort(),
    FileSystemConfigs.map(({ Arn = '', LocalMountPath = '' }) => [Arn, LocalMountPath]),
    [EntryPoint, Command, WorkingDirectory],
  ];
  return createHash('sha256').update(JSON.stringify(settings)).digest('base64');
}

/**
 * The hash of the settings that the fingerprint leaves out and that a publish copies. `SnapStart.OptimizationStatus`,
 * `RuntimeVersionConfig` and the states are not included, because a version has other values than the code that it was
 * published from.
 */
export function otherSettingsSha256(config: FunctionConfiguration): string {
  const { DeadLetterConfig, KMSKeyArn, LoggingConfig, SnapStart, TracingConfig, VpcConfig } = config;
  const settings = [
    DeadLetterConfig?.TargetArn || '',
    KMSKeyArn ?? '',
    Object.entries(LoggingConfig ?? {}).sort(([one], [other]) => (one < other ? -1 : 1)),
    SnapStart?.ApplyOn ?? 'None',
    TracingConfig?.Mode ?? 'PassThrough',
    VpcConfig?.Ipv6AllowedForDualStack ?? false,
  ];
  return createHash('sha256').update(JSON.stringify(settings)).digest('base64');
}
