import { readdirSync, readFileSync } from 'node:fs';
import type { ClusterObject } from '../../src/domain/workload/cluster-object.ts';
import { readManifests } from '../../src/kubernetes/read-manifests.ts';
import { POPULAR_FOLDERS } from '../folders/popular-folders.ts';
import { aWorkload } from './a-workload.ts';

/** Reads a folder as the container task does: its files in the order of their names. */
function filesOf(folder: string): readonly ClusterObject[] {
  const path = `tests/folders/${folder}`;
  return readdirSync(path)
    .sort()
    .flatMap((where) => readManifests({ text: readFileSync(`${path}/${where}`, 'utf8'), where }));
}

const API_VERSIONS: Readonly<Record<string, string>> = {
  Deployment: 'apps/v1',
  HorizontalPodAutoscaler: 'autoscaling/v2',
};

test.each(POPULAR_FOLDERS)(
  'folder $folder is deployed as workload $workload, or refused with a way out',
  async (popular) => {
    const { folder, workload: name, outcome, there = [], notThere = [] } = popular;
    const workload = aWorkload({ workload: name, manifests: { folder }, folders: { [folder]: filesOf(folder) } });
    const first = workload.rollout('good:1', { fence: 1 });
    if ('refused' in outcome) {
      await expect(first.plan()).rejects.toMatchObject({
        name: 'InvalidRequest',
        message: expect.stringMatching(outcome.refused),
      });
      return;
    }
    await first.plan();
    await first.promote();
    expect(workload.pods()).toEqual({ 'good:1': outcome.pods });
    const found = (named: string) => {
      const [kind = '', name = ''] = named.split(' ');
      const metadata = { name, namespace: 'shop' };
      return workload.cluster.find({ apiVersion: API_VERSIONS[kind] ?? 'v1', kind, metadata });
    };
    expect(there.filter((one) => found(one) === undefined)).toEqual([]);
    expect(notThere.filter((one) => found(one) !== undefined)).toEqual([]);

    const second = workload.rollout('good:2', { fence: 2 });
    await second.plan();
    await second.weigh(25);
    await second.promote();
    expect(workload.pods()).toEqual({ 'good:2': outcome.pods });
  },
);
