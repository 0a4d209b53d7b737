/**
 * The contract that every Cluster port keeps, whatever cluster is behind it. It depends only on the order of events,
 * never on their speed.
 */
import { accessContract } from './cluster-access-contract.ts';
import { changesContract } from './cluster-changes-contract.ts';
import { heldContract } from './cluster-held-contract.ts';
import { kindsContract } from './cluster-kinds-contract.ts';
import { objectsContract } from './cluster-objects-contract.ts';
import { ownershipContract } from './cluster-ownership-contract.ts';
import { servedContract } from './cluster-served-contract.ts';
import type { ClusterStage, OpenClusterStage } from './cluster-stage.ts';
import { workloadsContract } from './cluster-workloads-contract.ts';

export function clusterContract(name: string, open: OpenClusterStage): void {
  describe(`Cluster: ${name}`, () => {
    let stage: ClusterStage;
    beforeEach(async () => {
      stage = await open();
    });
    afterEach(() => stage.close());
    const current = () => stage;

    objectsContract(current);
    heldContract(current);
    kindsContract(current);
    servedContract(current);
    ownershipContract(current);
    changesContract(current);
    accessContract(current);
    workloadsContract(current);
  });
}
