/** The contract of the store about the runs of the pipeline. */

import type { EntryDraft } from '../../src/domain/deployment/timeline.ts';
import { newRun, type PipelineRun } from '../../src/domain/pipeline/pipeline-run.ts';
import type { Bench } from './store-contract.ts';
import { NOON } from './store-samples.ts';

const started: EntryDraft = {
  kind: 'PipelineStarted',
  by: 'pipeline',
  because: 'A test asked for it',
  data: { at: NOON },
};
const run = (id: string, change: Partial<PipelineRun> = {}): PipelineRun => ({
  ...newRun({ id, service: 'checkout', at: NOON }),
  ...change,
});

export function pipelineRunsContract(bench: () => Bench): void {
  test('an unknown run is null, and has no timeline', async () => {
    const { pipelineRuns } = bench();
    expect(await pipelineRuns.find('run-1')).toBeNull();
    expect(await pipelineRuns.timeline('run-1')).toEqual([]);
    expect(await pipelineRuns.record('run-1', () => null)).toBeNull();
    expect(await pipelineRuns.find('run-1')).toBeNull();
  });

  test('a run is read as it was written, with its entries numbered from 1 and its messages in the outbox', async () => {
    const { pipelineRuns, outbox, clock } = bench();
    const whole = run('run-1', {
      revision: 'a'.repeat(40),
      status: 'failed',
      stages: [{ name: 'Build', status: 'failed', startedAt: null, endedAt: NOON }],
      deploymentId: 'd-1',
      quarantine: 'inForce',
      quarantinedFor: 'd-1',
      by: 'ada',
      reason: 'to ship it',
      endedAt: NOON + 5,
      events: ['event-1', 'event-2'],
    });
    const failed: EntryDraft = { kind: 'PipelineStageFailed', by: 'pipeline', because: 'It broke' };
    const recorded = await pipelineRuns.record('run-1', () => ({ run: whole, entries: [started, failed] }));
    expect(recorded).toEqual({ ...whole, timelineLength: 2 });
    expect(await pipelineRuns.find('run-1')).toEqual(recorded);
    const at = clock.now();
    expect(await pipelineRuns.timeline('run-1')).toEqual([
      { ...started, deploymentId: 'run-1', sequence: 1, at },
      { ...failed, data: {}, deploymentId: 'run-1', sequence: 2, at },
    ]);
    expect((await outbox.list({ deploymentId: 'run-1', limit: 10 })).map(({ id, severity }) => [id, severity])).toEqual(
      [
        ['run-1-0001-event', 'info'],
        ['run-1-0002-event', 'warning'],
        ['run-1-0002-notice', 'warning'],
      ],
    );
  });

  test('a change reads the stored run, and cannot replace its keys and counters', async () => {
    const { pipelineRuns } = bench();
    await pipelineRuns.record('run-1', () => ({ run: run('run-1'), entries: [started] }));
    const changed = await pipelineRuns.record('run-1', (stored) => ({
      run: { ...(stored ?? run('other')), id: 'run-9', service: 'basket', status: 'succeeded', timelineLength: 77 },
      entries: [started],
    }));
    expect(changed).toMatchObject({ id: 'run-1', service: 'checkout', status: 'succeeded', timelineLength: 2 });
    expect(await pipelineRuns.find('run-9')).toBeNull();
  });

  test('a change function that returns no change, or throws, writes nothing', async () => {
    const { pipelineRuns, outbox } = bench();
    const first = await pipelineRuns.record('run-1', () => ({ run: run('run-1'), entries: [started] }));
    expect(await pipelineRuns.record('run-1', () => null)).toEqual(first);
    const breaking = pipelineRuns.record('run-1', () => {
      throw new Error('a mistake');
    });
    await expect(breaking).rejects.toThrow('a mistake');
    expect(await pipelineRuns.find('run-1')).toEqual(first);
    expect(await outbox.list({ deploymentId: 'run-1', limit: 10 })).toHaveLength(1);
  });

  test('many first changes at one moment are all stored, and the entries have no gap', async () => {
    const { pipelineRuns } = bench();
    const changes = Array.from({ length: 3 }, (_, index) =>
      pipelineRuns.record('run-1', (stored) => {
        const known = stored ?? run('run-1');
        return { run: { ...known, events: [...known.events, `event-${index}`] }, entries: [started] };
      }),
    );
    await Promise.all(changes);
    const kept = await pipelineRuns.find('run-1');
    expect([...(kept?.events ?? [])].sort()).toEqual(['event-0', 'event-1', 'event-2']);
    expect((await pipelineRuns.timeline('run-1')).map(({ sequence }) => sequence)).toEqual([1, 2, 3]);
  });

  test('quarantined runs are found by their service, oldest first, while the quarantine is in force', async () => {
    const { pipelineRuns } = bench();
    const held = (id: string, change: Partial<PipelineRun> = {}) =>
      pipelineRuns.record(id, () => ({ run: run(id, { quarantine: 'inForce', ...change }), entries: [] }));
    await held('run-2', { startedAt: NOON + 2 });
    await held('run-1', { startedAt: NOON + 1 });
    await held('run-3', { quarantine: 'released' });
    await held('run-4', { quarantine: 'none' });
    await held('run-5', { service: 'basket' });
    const ids = (await pipelineRuns.listQuarantined('checkout')).map(({ id }) => id);
    expect(ids).toEqual(['run-1', 'run-2']);
    await pipelineRuns.record(
      'run-1',
      (stored) => stored && { run: { ...stored, quarantine: 'released' }, entries: [] },
    );
    expect((await pipelineRuns.listQuarantined('checkout')).map(({ id }) => id)).toEqual(['run-2']);
  });

  test('a deployment keeps which run delivered it', async () => {
    const { deployments, opened } = bench();
    expect((await opened('d-1', { pipelineRun: 'run-1' })).pipelineRun).toBe('run-1');
    expect((await deployments.read('d-1')).deployment.pipelineRun).toBe('run-1');
  });
}
