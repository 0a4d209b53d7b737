import { type StartRollbackInput, startRollback } from '../../src/operations/opening/start-rollback.ts';
import { settleDeployment } from '../../src/operations/rollout/settle-deployment.ts';
import { rollBack } from '../../src/operations/way-back/roll-back.ts';
import { by } from './a-rollout.ts';
import { BEHAVIOUR, type Scene, target } from './a-scene.ts';

export interface Recreated {
  /** Of the versions 41 to 43, those with the code that they had before. */
  readonly same?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  readonly live: string;
  readonly weights?: Readonly<Record<string, number>>;
}

/** Somebody deletes the function and creates it again: versions 41 to 43 are there again, of other code, behind a new alias. */
export function recreate(scene: Scene, { same = [], environment = {}, live, weights = {} }: Recreated): void {
  const { lambda } = scene.cloud;
  const functionName = target.function;
  lambda.deleteFunction(functionName);
  lambda.putFunction({ name: functionName, environment });
  // As if it had been published 40 times since; the numbers of a scene begin at 41.
  lambda.getFunction(functionName).lastVersion = 40;
  for (const version of ['41', '42', '43']) {
    const behaviour = same.includes(version) ? BEHAVIOUR : { ...BEHAVIOUR, medianMs: Number(version) };
    lambda.publishVersion({ functionName, code: { kind: 'modelled', behaviour } });
  }
  lambda.putAlias({ functionName, alias: target.alias, functionVersion: live, weights });
}

/** A team's cleaner, which does not stop at an alias of Slipway's. */
export function cleanUp(scene: Scene, versions: readonly string[]): void {
  const { lambda } = scene.cloud;
  const pin = 'slipway-before-live';
  if (pin in lambda.getFunction(target.function).aliases) lambda.deleteAlias(target.function, { alias: pin });
  for (const version of versions) lambda.deleteVersion(target.function, { version });
}

/** As rows of a version before fingerprints were kept. */
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

/** The machine of the rollback that undoes the deployment. */
export async function undone(scene: Scene, id: string): Promise<string> {
  const deploymentId = scene.deployment(id).replacedBy ?? '';
  await rollBack(scene.ports, { deploymentId });
  await settleDeployment(scene.ports, { deploymentId });
  return deploymentId;
}
