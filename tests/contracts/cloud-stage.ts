/** The stage for the contracts of the cloud's ports: one function with three versions, and all traffic on the first. */
import type { LambdaTarget } from '../../src/domain/service/service-spec.ts';
import type { CloudPorts } from '../../src/twin/cloud/cloud.ts';

export interface CloudStage {
  readonly ports: CloudPorts;
  readonly target: LambdaTarget;
  readonly stable: string;
  readonly canary: string;
  readonly third: string;
  /** An artifact from which another version can be published. */
  readonly artifact: { readonly s3: { readonly bucket: string; readonly key: string } };
  /** Moves the alias as another person would: `percent` of the calls to the version, the rest to stable. */
  moveByHand(version: string, percent: number): Promise<void>;
  /** Edits the description of the alias as another person would: the revision is new and the split stays. */
  editAlias(): Promise<void>;
  deleteVersion(version: string): Promise<void>;
  /**
   * Deletes the function and creates it again, as a person would. The first version keeps its code, and the second
   * version has other code. The new alias has all its calls on `live`, or on the first version when `live` is left out.
   */
  recreate(live?: string): Promise<void>;
  provision(count: number): Promise<void>;
  close(): Promise<void>;
}
export type OpenStage = () => Promise<CloudStage>;
