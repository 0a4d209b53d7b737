import type { Path } from './a-path.ts';
import { MINUTE, SECOND, type Stage } from './a-stage.ts';
import { STARVED, takeBackNeverWorks } from './backward-paths.ts';

export const REVISION = 'a'.repeat(40);
const BAD = 'b'.repeat(40);
const ALL_AT_ONCE = { strategy: 'allAtOnce' } as const;
/** The pipeline's first four stages take a minute each. */
const INTO_DEPLOY = 4 * MINUTE + SECOND;

/** The last execution of that machine that the pipeline started. */
function executionOf(stage: Stage, machine: 'delivery' | 'monitor') {
  return stage.workflows.executions().findLast((execution) => execution.machine === machine);
}

function latestOf(stage: Stage): string {
  const [latest] = [...stage.ledger.view().deployments.values()].slice(-1);
  return latest?.id ?? '';
}

/** Paths of the machine behind the stage Deploy. */
export const deliveryPaths: readonly Path[] = [
  {
    claim: 'a good revision is delivered by the execution that was started already',
    async play(stage) {
      const { id: run } = await stage.deliver(REVISION);
      await stage.pass(INTO_DEPLOY + 6 * MINUTE);
      const id = latestOf(stage);
      expect(stage.status(id)).toBe('promoted');
      expect(stage.deployment(id)).toMatchObject({ pipelineRun: run, commit: REVISION, by: 'ada' });
      expect(stage.workflows.executions().filter(({ machine }) => machine === 'rollout')).toHaveLength(1);
      expect(executionOf(stage, 'delivery')?.status).toBe('SUCCEEDED');
      return 'action-1';
    },
    endsIn: 'Delivered',
  },
  {
    claim: 'a revision whose alarm turns red fails the stage, with the reason',
    async play(stage) {
      const { id: run } = await stage.deliver(REVISION);
      await stage.pass(INTO_DEPLOY + MINUTE + 10 * SECOND);
      stage.turnRed();
      await stage.pass(5 * SECOND);
      expect(stage.live()).toEqual({ 1: 100 });
      expect(stage.run(run)?.status).toBe('failed');
      expect(executionOf(stage, 'delivery')?.status).toBe('FAILED');
      return 'action-1';
    },
    endsIn: 'RolledBack',
  },
  {
    claim: 'a delivery that another deployment supersedes fails the stage',
    async play(stage) {
      await stage.deliver(REVISION);
      await stage.pass(INTO_DEPLOY + MINUTE);
      await stage.deploy({ artifact: { image: 'slow' }, supersede: true });
      await stage.pass(5 * SECOND);
      return 'action-1';
    },
    endsIn: 'Superseded',
  },
  {
    claim:
      'a delivery whose traffic another person moves is held, fails the stage when aborted, and leaves the traffic',
    async play(stage) {
      await stage.deliver(REVISION);
      await stage.pass(INTO_DEPLOY + MINUTE);
      const code = { kind: 'modelled', behaviour: { errorPercent: 0, medianMs: 20, p99Ms: 50 } } as const;
      stage.cloud.lambda.publishVersion({ functionName: 'checkout', code });
      stage.cloud.lambda.updateAlias({ functionName: 'checkout', alias: 'live', functionVersion: '3' });
      await stage.pass(2 * MINUTE);
      expect(stage.status(latestOf(stage))).toBe('paused');
      await stage.abort(latestOf(stage));
      await stage.pass(2 * MINUTE);
      expect(stage.status(latestOf(stage))).toBe('failed');
      return 'action-1';
    },
    endsIn: 'Failed',
  },
  {
    claim: 'a delivery whose rollback fails is waited for past its execution, and given up past its deadline',
    stage: { tamper: takeBackNeverWorks, spec: { judge: STARVED, noData: 'rollBack', alarms: [] } },
    async play(stage) {
      await stage.deliver(REVISION);
      await stage.pass(INTO_DEPLOY + 15 * MINUTE);
      expect(stage.states('action-1')).toContain('WaitForRollout');
      expect(executionOf(stage, 'delivery')?.status).toBe('RUNNING');
      await stage.pass(90 * MINUTE);
      return 'action-1';
    },
    endsIn: 'Overdue',
  },
  {
    claim: 'a service that is busy with a deployment of a person refuses the delivery, and the stage fails',
    async play(stage) {
      const other = await stage.deploy({ artifact: { image: 'slow' } });
      await stage.signal(other, 'pause');
      await stage.deliver(REVISION);
      await stage.pass(INTO_DEPLOY + MINUTE);
      expect(executionOf(stage, 'delivery')?.status).toBe('FAILED');
      expect(stage.status(other)).toBe('paused');
      return 'action-1';
    },
    endsIn: 'OpenDelivery',
  },
  {
    claim: 'a delivery that is repeated after a crash opens no second deployment',
    stage: { spec: ALL_AT_ONCE, faults: { script: [{ fault: 'crashAfter', method: 'start', nth: 2 }] } },
    async play(stage) {
      await stage.deliver(REVISION);
      await stage.pass(INTO_DEPLOY + 5 * MINUTE);
      expect(stage.ledger.view().deployments.size).toBe(1);
      return 'action-1';
    },
    endsIn: 'Delivered',
  },
];

/** Paths of the machine behind the stage Monitor. */
export const monitorPaths: readonly Path[] = [
  {
    claim: 'a deployment that completes its watch ends the run well, and nothing else happens in between',
    stage: { spec: ALL_AT_ONCE },
    async play(stage) {
      const { id: run } = await stage.deliver(REVISION);
      await stage.pass(INTO_DEPLOY + MINUTE);
      expect(stage.states('action-2')).toEqual(['ReadWatch', 'HowIsIt', 'KeepWatch']);
      await stage.pass(30 * MINUTE);
      expect(stage.run(run)).toMatchObject({ status: 'succeeded', quarantine: 'none' });
      return 'action-2';
    },
    endsIn: 'Kept',
  },
  {
    claim: 'a deployment that an alarm undoes within its watch fails the stage, and its revision is quarantined',
    stage: { spec: ALL_AT_ONCE },
    async play(stage) {
      const { id: run } = await stage.deliver(BAD);
      await stage.pass(INTO_DEPLOY + 2 * MINUTE);
      stage.turnRed();
      await stage.pass(5 * SECOND);
      expect(stage.live()).toEqual({ 1: 100 });
      // The quarantine comes at once, and not at the end of the watch.
      expect(stage.run(run)).toMatchObject({ status: 'running', quarantine: 'inForce' });
      expect(stage.cloud.pipelines.shutBecause()).toContain(BAD);
      await stage.pass(30 * MINUTE);
      expect(stage.run(run)).toMatchObject({ status: 'failed' });
      return 'action-2';
    },
    endsIn: 'TakenBack',
  },
];
