/** Makes the objects of a folder the version's own: its images, its configuration and its Jobs. */
import type { ClusterObject } from './cluster-object.ts';
import { withOwnConfiguration } from './version-configuration.ts';
import { imageChange, withImageEverywhere, withOwnJobs } from './version-images.ts';

/** `imaged` holds the objects of `built` with the new image in the workload's container. */
export function folderVersion(
  built: readonly ClusterObject[],
  { imaged }: { readonly imaged: readonly ClusterObject[] },
): readonly ClusterObject[] {
  const change = imageChange(built, imaged);
  return withOwnJobs(withOwnConfiguration(change === null ? imaged : withImageEverywhere(imaged, change)));
}
