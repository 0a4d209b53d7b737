/** The contract that every Pipelines port keeps, whatever pipeline is behind it. */
import type { BuildOutput } from '../../src/domain/pipeline/delivery-place.ts';
import type { Deliveries } from '../../src/ports/deliveries.ts';
import type { Pipelines } from '../../src/ports/pipelines.ts';

export interface PipelinesStage {
  readonly pipelines: Pipelines;
  /** The port of a Slipway without a pipeline. */
  readonly none: Pipelines;
  readonly deliveries: Deliveries;
  readonly noDeliveries: Deliveries;
  /** Begins an action in the stage Deploy of the run. */
  startAction(action: { readonly id: string; readonly run: string; readonly revision: string }): void;
  /** The revisions of all runs, in the order in which the runs started. */
  revisions(): readonly string[];
  /** Why the stage Deploy is closed; null when it is open. */
  shutBecause(): string | null;
}

export const OUTPUT: BuildOutput = { kind: 'object', bucket: 'builds' };

const REVISION = 'a'.repeat(40);
const OTHER = 'b'.repeat(40);

export function pipelinesContract(name: string, open: () => PipelinesStage): void {
  describe(`Pipelines: ${name}`, () => {
    test('a run starts for the requested commit, and each run has an id of its own', async () => {
      const { pipelines, revisions } = open();
      const first = await pipelines.start({ revision: REVISION, once: null });
      const second = await pipelines.start({ revision: REVISION, once: null });
      expect(first).toMatch(/^[0-9a-f-]{36}$/);
      expect(second).not.toBe(first);
      expect(revisions()).toEqual([REVISION, REVISION]);
      expect(pipelines.service).toBe('checkout');
    });

    test('a start that is repeated under the same key is the same run', async () => {
      const { pipelines, revisions } = open();
      const order = { revision: REVISION, once: 'ada 6f1c' };
      expect(await pipelines.start(order)).toBe(await pipelines.start(order));
      await pipelines.start({ ...order, once: 'ada 77aa' });
      expect(revisions()).toHaveLength(2);
    });

    test('a revision that is no commit is refused, and so is a key that was used for another commit', async () => {
      const { pipelines, revisions } = open();
      const invalid = { name: 'InvalidRequest' };
      await expect(pipelines.start({ revision: 'main', once: null })).rejects.toMatchObject(invalid);
      await pipelines.start({ revision: REVISION, once: 'ada 6f1c' });
      await expect(pipelines.start({ revision: OTHER, once: 'ada 6f1c' })).rejects.toMatchObject(invalid);
      expect(revisions()).toEqual([REVISION]);
    });

    test('a quarantine shows its last reason, and ends with a release', async () => {
      const { pipelines, shutBecause } = open();
      await pipelines.quarantine('Revision a is bad');
      expect(shutBecause()).toContain('Revision a is bad');
      await pipelines.quarantine('Revision b is bad');
      expect(shutBecause()).toContain('Revision b is bad');
      await pipelines.release();
      await pipelines.release();
      expect(shutBecause()).toBeNull();
    });

    test('an action of the stage Deploy is found only in its run, with the revision that the run has fetched', async () => {
      const { pipelines, deliveries, startAction } = open();
      const run = await pipelines.start({ revision: REVISION, once: null });
      const other = await pipelines.start({ revision: OTHER, once: null });
      expect(await deliveries.find({ run, action: 'action-1' })).toBeNull();
      startAction({ id: 'action-1', run, revision: REVISION });
      startAction({ id: 'action-2', run: other, revision: OTHER });
      expect(await deliveries.find({ run, action: 'action-1' })).toEqual({ revision: REVISION });
      expect(await deliveries.find({ run: other, action: 'action-2' })).toEqual({ revision: OTHER });
      expect(await deliveries.find({ run: other, action: 'action-1' })).toBeNull();
      expect(await deliveries.find({ run: '11111111-1111-4111-8111-111111111111', action: 'action-1' })).toBeNull();
      expect(deliveries.place).toEqual({ service: 'checkout', output: OUTPUT });
    });

    test('without a pipeline no service is delivered, and no action can be found', async () => {
      const { noDeliveries } = open();
      expect(noDeliveries.place).toBeNull();
      await expect(noDeliveries.find({ run: 'run', action: 'action-1' })).rejects.toMatchObject({ name: 'Conflict' });
    });

    test('without a pipeline there is no service, and every call is refused', async () => {
      const { none } = open();
      expect(none.service).toBeNull();
      const conflict = { name: 'Conflict', message: expect.stringContaining('no pipeline') };
      await expect(none.start({ revision: REVISION, once: null })).rejects.toMatchObject(conflict);
      await expect(none.quarantine('It is bad')).rejects.toMatchObject(conflict);
      await expect(none.release()).rejects.toMatchObject(conflict);
    });
  });
}
