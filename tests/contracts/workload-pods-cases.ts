/**
 * Cases for the pods of a canary until its end. A function without kubectl looks at the pods, and the looks become a
 * verdict.
 */

import type { Route } from '../../src/domain/service/service-spec.ts';
import { judgeRows } from '../../src/domain/verdict/judge-rows.ts';
import { afterLook, type KeptLooks, lastJudgement, type PodsJudgement } from '../../src/domain/workload/canary-pods.ts';
import { lookAtClusters } from '../../src/operations/judging/look-at-clusters.ts';
import { aDeployment } from '../domain/a-deployment.ts';
import type { Rollout } from '../operations/a-workload-rollout.ts';
import {
  aWorkloadCase,
  BLUE_GREEN,
  type CaseFolder,
  HTTP_ROUTE,
  LIMIT_MS,
  ONE,
  REPLICAS,
  ROLLING,
  TWO,
  type WorkloadCase,
} from './a-workload-case.ts';
import type { ClusterStage } from './cluster-stage.ts';

/** The time for which a pod may be missing. */
const READY_WITHIN = { seconds: 4 };
const NEVER_READY = { seconds: 1_000 };

export function workloadPodsCases(current: () => ClusterStage): void {
  /** A rollout in its bake: the canary has its share. */
  const baking = async (route: Route = HTTP_ROUTE, folder?: CaseFolder) => {
    const stage = current();
    const workload = await aWorkloadCase(stage).live(route, folder);
    const percent = route.kind === 'rolling' || route.kind === 'blueGreen' ? 100 : 25;
    const second = await workload.rollout(TWO);
    await second.plan();
    await second.weigh(percent);
    const looks = (readyWithin = READY_WITHIN) => looksAt(stage, { workload, rollout: second, percent, readyWithin });
    return { ...workload, second, looks };
  };

  test.each([REPLICAS, HTTP_ROUTE, BLUE_GREEN, ROLLING])(
    'a canary whose pods become unready in the bake is unhealthy after readyWithin, with the reason, on $kind',
    async (route) => {
      const { second, looks, failAll, calls } = await baking(route);
      const look = looks();
      expect(await look()).toMatchObject({ kind: 'healthy' });
      await failAll(TWO);
      expect(await looks(NEVER_READY)()).toMatchObject({ kind: 'inconclusive' });

      await current().settle(async () => (await look()).kind === 'unhealthy', 'the canary is unhealthy');

      const verdict = verdictOf(await look());
      expect(verdict).toMatchObject({
        kind: 'unhealthy',
        because: expect.stringMatching(/^For 4 seconds or longer, 0 of the \d pods .*readiness probe does not pass/),
      });
      await current().carryOut({ ...second.orders.takeBack(), isCanaryBad: true });
      expect(await calls()).toEqual({ [ONE]: 100 });
    },
    LIMIT_MS,
  );

  test(
    'a canary whose pods stay available is healthy, and the look says which version gets the calls',
    async () => {
      const { looks } = await baking();
      const look = looks();
      for (let times = 0; times < 3; times += 1)
        expect(await look()).toEqual({
          kind: 'healthy',
          rule: expect.stringMatching(
            /1 of 1 available; of stable: 3 of 3 available; calls received: canary 25 %, stable 75 %$/,
          ),
          because: '1 of 1 available',
        });
    },
    LIMIT_MS,
  );

  test(
    'a canary whose pod was removed and replaced is healthy again',
    async () => {
      const { looks, pods, remove } = await baking();
      const look = looks(NEVER_READY);
      await look();
      for (const { kind, metadata } of await pods(TWO)) await remove({ kind, name: metadata.name });
      expect(await look()).toMatchObject({ kind: 'inconclusive' });
      await current().settle(async () => (await look()).kind === 'healthy', 'the canary is healthy again');
    },
    LIMIT_MS,
  );

  test(
    'a pod that is ready again counts as missing until it is available',
    async () => {
      const { looks, setReady } = await baking(HTTP_ROUTE, { spec: { replicas: 1, minReadySeconds: 8 } });
      const look = looks(NEVER_READY);
      expect(await look()).toMatchObject({ kind: 'healthy' });
      await setReady(TWO, false);
      await setReady(TWO, true);
      expect(await look()).toMatchObject({
        kind: 'inconclusive',
        rule: expect.stringContaining('0 of 1 available, 1 ready'),
      });
      await current().settle(async () => (await look()).kind === 'healthy', 'the canary is healthy again');
    },
    LIMIT_MS,
  );

  test(
    'unready pods of stable do not accuse the canary',
    async () => {
      const { looks, failAll } = await baking();
      const look = looks();
      await look();
      await failAll(ONE);
      await waits(current(), READY_WITHIN.seconds + 2);
      expect(await look()).toMatchObject({
        kind: 'inconclusive',
        because: expect.stringContaining('75 % get to no pod'),
      });

      await failAll(TWO);
      const isHeld = async () => (await look()).holds === true;
      await current().settle(isHeld, 'both are bad');
      expect(await look()).toMatchObject({
        kind: 'inconclusive',
        because: expect.stringContaining('Stable fares no better'),
      });
    },
    LIMIT_MS,
  );

  test(
    'the reason also names an event of the last minute, when the cluster has one',
    async () => {
      const { looks, failAll, pods, apply } = await baking();
      await failAll(TWO);
      const [pod] = await pods(TWO);
      const at = new Date(current().clock.now()).toISOString().replace(/\.\d+/, '');
      const { name = '', namespace = '' } = pod?.metadata ?? {};
      await apply({
        apiVersion: 'v1',
        kind: 'Event',
        metadata: { name: 'orders-unhealthy' },
        involvedObject: { apiVersion: 'v1', kind: 'Pod', name, namespace },
        ...{ type: 'Warning', reason: 'Unhealthy', message: 'Readiness probe failed: 503', lastTimestamp: at },
      });
      expect(await looks()()).toMatchObject({
        because: expect.stringMatching(/readiness probe does not pass\. Unhealthy: Readiness probe failed/),
      });
    },
    LIMIT_MS,
  );
}

interface Looking {
  readonly workload: WorkloadCase;
  readonly rollout: Rollout;
  readonly percent: number;
  readonly readyWithin: { readonly seconds: number };
}

/** Judges each look with what is stored of the looks before it, as `observeRollouts` does in every minute. */
function looksAt(stage: ClusterStage, { workload, rollout, percent, readyWithin }: Looking) {
  const { clusters, clock } = stage;
  const target = { ...workload.targetOn(), readyWithin };
  const { stable, canary } = rollout.versions();
  const since = clock.now();
  const spec = { target: { ...target, manifests: { folder: 'own' } } };
  const deployment = aDeployment({ spec, stable, canary, atPercent: percent });
  let kept: KeptLooks | undefined;
  return async (): Promise<PodsJudgement> => {
    const inFlight = [{ deployment, waitToken: 'token' }];
    const look = (await lookAtClusters({ clusters }, { inFlight, now: clock.now() })).get(deployment.id);
    if (look === undefined) throw new Error('The cluster was not looked at.');
    kept = afterLook(kept, { look, target, atPercent: percent, since });
    const judgement = lastJudgement(kept);
    if (judgement === undefined) throw new Error('Nothing was judged.');
    return judgement;
  };
}

function verdictOf(pods: PodsJudgement) {
  return judgeRows({ judge: { kind: 'alarms-only' }, rows: [], alarms: [], missingAlarms: [], pods });
}

async function waits({ clock, settle }: ClusterStage, seconds: number): Promise<void> {
  const until = clock.now() + seconds * 1_000;
  await settle(async () => clock.now() >= until, 'time has passed');
}
