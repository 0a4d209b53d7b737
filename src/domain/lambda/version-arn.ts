/**
 * Reads the ARN of a version, as other tools pass it. It checks that the ARN names a published version of the service's
 * own function, in the same account and region.
 */
import { isVersionNumber, LATEST } from './version-fact.ts';

export type NamedByArn = { readonly version: string } | { readonly problem: string };

const PLACES = [
  { at: 1, noun: 'partition' },
  { at: 3, noun: 'region' },
  { at: 4, noun: 'account' },
  { at: 6, noun: 'function' },
] as const;

/** `functionArn` is the ARN of the service's own function, without a version. */
export function versionOfArn(arn: string, { functionArn }: { readonly functionArn: string }): NamedByArn {
  const given = arn.split(':');
  const own = functionArn.split(':');
  const example = `${functionArn}:42`;
  if (given[2] !== own[2] || given[5] !== own[5] || given.length > 8 || !given[6])
    return { problem: `${arn} is not the ARN of a Lambda function's version. Write one such as ${example}.` };
  for (const { at, noun } of PLACES) {
    if (given[at] === own[at]) continue;
    const fact = `${arn} is of the ${noun} ${given[at] || '(none)'}, and this service is deployed to the ${noun} ${own[at]}.`;
    return { problem: `${fact} Name a version of ${functionArn}.` };
  }
  return versionOfQualifier(given[7] ?? '', { arn, example });
}

function versionOfQualifier(
  qualifier: string,
  { arn, example }: { readonly arn: string; readonly example: string },
): NamedByArn {
  if (isVersionNumber(qualifier)) return { version: qualifier };
  if (qualifier === '') return { problem: `${arn} names no version. Add its number, as in ${example}.` };
  if (qualifier === LATEST)
    return { problem: `${arn} is not a published version. Write "version": "latest" to have it published.` };
  return { problem: `${arn} is an alias, which moves. Name the version by its number, as in ${example}.` };
}
