import { type StartRollbackInput, startRollback } from '../../src/operations/opening/start-rollback.ts';
import { settleDeployment } from '../../src/operations/rollout/settle-deployment.ts';
import { rollBack } from '../../src/operations/way-back/roll-back.ts';
import { by } from './a-rollout.ts';
import { BEHAVIOUR, type Scene, target } from './a-scene.ts';

export interface Recreated {
  /** Those of the versions 41 to 43 that get their old code again. */
  readonly same?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  readonly live: string;
  readonly weights?: Readonly<Record<string, number>>;
}

/**
 * Deletes the function and creates it again, as a person would. Versions 41 to 43 exist again, with other code, behind
 * a new alias.
 */
export function recreate(scene: Scene, { same = [], environment = {}, live, weights = {} }: Recreated): void {
  const { lambda } = scene.cloud;
  const functionName = target.function;
  lambda.deleteFunction(functionName);
  lambda.putFunction({ name: functionName, environment });
  // Counts as if the function had been published 40 times, because the numbers of a scene begin at 41.
  lambda.getFunction(functionName).lastVersion = 40;
  for (const version of ['41', '42', '43']) {
    const behaviour = same.includes(version) ? BEHAVIOUR : { ...BEHAVIOUR, medianMs: Number(version) };
    lambda.publishVersion({ functionName, code: { kind: 'modelled', behaviour } });
  }
  lambda.putAlias({ functionName, alias: target.alias, functionVersion: live, weights });
}

/** Deletes versions as a team's cleaner does. It also deletes the alias with which Slipway pins a version. */
export function cleanUp(scene: Scene, versions: readonly string[]): void {
  const { lambda } = scene.cloud;
  const pin = 'slipway-before-live';
  if (pin in lambda.getFunction(target.function).aliases) lambda.deleteAlias(target.function, { alias: pin });
  for (const version of versions) lambda.deleteVersion(target.function, { version });
}

/** Makes rows as they were before fingerprints were stored. */
export async function forgetFingerprints(scene: Scene): Promise<void> {
  for (const id of scene.ledger().deployments.keys()) {
    await scene.ports.deployments.record(id, ({ deployment }) => ({
      deployment: { ...deployment, fingerprints: null },
      entries: [],
    }));
  }
}

export const back = (scene: Scene, input: Partial<StartRollbackInput> = {}) =>
  startRollback(scene.ports, { service: 'checkout', reason: 'it looks wrong', ...by, ...input });

/** Runs the machine of the rollback that undoes the deployment, and returns its id. */
export async function undone(scene: Scene, id: string): Promise<string> {
  const deploymentId = scene.deployment(id).replacedBy ?? '';
  await rollBack(scene.ports, { deploymentId });
  await settleDeployment(scene.ports, { deploymentId });
  return deploymentId;
}
