/** A stage for the contracts of the cloud's ports: one function with three versions, all of whose traffic is on the first. */
import type { LambdaTarget } from '../../src/domain/service/service-spec.ts';
import type { CloudPorts } from '../../src/twin/cloud/cloud.ts';

export interface CloudStage {
  readonly ports: CloudPorts;
  readonly target: LambdaTarget;
  readonly stable: string;
  readonly canary: string;
  readonly third: string;
  /** An artifact that a further version can be published from. */
  readonly artifact: { readonly s3: { readonly bucket: string; readonly key: string } };
  /** Somebody else moves the alias: a share of the calls to the version, the rest to stable. */
  moveByHand(version: string, percent: number): Promise<void>;
  /** Somebody else edits the description of the alias: a new revision, the same split. */
  editAlias(): Promise<void>;
  deleteVersion(version: string): Promise<void>;
  /**
   * Somebody deletes the function and creates it again. The first version has the code that it had, and the second has other code;
   * the alias, made again, has all its calls on `live`, which is the first one when it is left out.
   */
  recreate(live?: string): Promise<void>;
  provision(count: number): Promise<void>;
  close(): Promise<void>;
}
export type OpenStage = () => Promise<CloudStage>;
