/** The contract of orders to a workload when something fails, whatever cluster carries them out. */
import type { ClusterStage, OpenClusterStage } from './cluster-stage.ts';
import { folderForTwoCases } from './folder-for-two-cases.ts';
import { workloadAdoptionCases } from './workload-adoption-cases.ts';
import { workloadCallsCases } from './workload-calls-cases.ts';
import { workloadCases } from './workload-cases.ts';
import { workloadFolderCases } from './workload-folder-cases.ts';
import { workloadPodsCases } from './workload-pods-cases.ts';

/** The suite has parts, because a real cluster needs minutes for each of them. */
export const WORKLOAD_CASES = {
  adoption: [workloadAdoptionCases],
  calls: [workloadCallsCases],
  pods: [workloadPodsCases],
  routes: [workloadCases, workloadFolderCases, folderForTwoCases],
} as const;

export interface WorkloadContract {
  readonly open: OpenClusterStage;
  readonly cases: readonly ((current: () => ClusterStage) => void)[];
}

export function workloadContract(name: string, { open, cases }: WorkloadContract): void {
  describe(`Workload: ${name}`, () => {
    let stage: ClusterStage;
    beforeEach(async () => {
      stage = await open();
    });
    afterEach(() => stage.close());
    for (const each of cases) each(() => stage);
  });
}
