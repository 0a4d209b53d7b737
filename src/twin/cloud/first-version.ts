/**
 * The version of a function with which a rehearsal begins. Until something is deployed after it, a corrected handler
 * replaces it. The version is not history yet, and a person who writes a spec tries more than once.
 */
import type { Artifact } from '../../domain/deployment/deployment.ts';
import type { FunctionOrder } from '../lambda/lambda.ts';
import { codeSha256Of } from '../world/version-facts.ts';
import type { FunctionVersion } from '../world/world.ts';
import type { Account } from './account.ts';

export type NewFunction = FunctionOrder & { readonly alias: string; readonly artifact: Artifact };

export interface FirstVersion {
  readonly version: string;
  /**
   * `stays`: the handler differs from the first version's, but deployments have followed that version, so it is not
   * replaced.
   */
  readonly outcome: 'made' | 'same' | 'replaced' | 'stays';
}

/**
 * Rejects when the code does not exist; then nothing has changed. As in AWS, code that cannot be loaded is accepted.
 */
export async function putHandler(
  { lambda, code, dataPlane, errors }: Account,
  { alias, artifact, ...settings }: NewFunction,
): Promise<FirstVersion> {
  const functionName = settings.name;
  const put = await code.put(artifact, settings.source ?? code.sourceOf(functionName));
  lambda.putFunction(settings);
  const found = lambda.getFunction(functionName);
  const live = found.aliases[alias];
  if (live === undefined) {
    const { version } = lambda.publishVersion({ functionName, code: put });
    lambda.putAlias({ functionName, alias, functionVersion: version });
    return { version, outcome: 'made' };
  }
  const { functionVersion: version, weights } = live;
  const isAlone = found.lastVersion === 1 && Object.keys(weights).length === 0;
  const first = found.versions[isAlone ? version : FIRST];
  if (first === undefined || isSame(first, { ...found, code: put })) return { version, outcome: 'same' };
  if (!isAlone) return { version, outcome: 'stays' };
  lambda.replaceVersion(functionName, { version, code: put });
  await dataPlane.forget(functionName);
  errors.forget(functionName);
  return { version, outcome: 'replaced' };
}

const FIRST = '1';

type Made = Pick<FunctionVersion, 'code' | 'environment' | 'timeoutMs'>;

function isSame(one: Made, other: Made): boolean {
  const parts = ({ code, environment, timeoutMs }: Made) =>
    JSON.stringify([codeSha256Of(code), Object.entries(environment).sort(), timeoutMs]);
  return parts(one) === parts(other);
}
