/** The contract that every Traffic port keeps, whatever cloud is behind it. */
import type { CloudStage, OpenStage } from './cloud-stage.ts';

export function trafficContract(name: string, open: OpenStage): void {
  describe(`Traffic: ${name}`, () => {
    let stage: CloudStage;
    beforeEach(async () => {
      stage = await open();
    });
    afterEach(() => stage.close());

    const split = async (percent: number) => {
      const { target, stable, canary, ports } = stage;
      const { revision } = await ports.traffic.read(target);
      return ports.traffic.setSplit({ target, stable, canary, canaryPercent: percent, revision });
    };
    const live = () => stage.ports.traffic.read(stage.target);
    const home = (revision: string) => ({ target: stage.target, stable: stage.stable, canary: stage.canary, revision });

    test('an alias without a split has its version and no canary', async () => {
      expect(await live()).toMatchObject({ stable: '1', canary: null, canaryPercent: 0, provisionedConcurrency: 0 });
    });

    test('a split shows the share that was ordered, and a new revision', async () => {
      const before = await live();
      const moved = await split(7);
      expect(moved.foundPercent).toBeUndefined();
      expect(await live()).toMatchObject({ stable: '1', canary: '2', canaryPercent: 7, revision: moved.revision });
      expect(moved.revision).not.toBe(before.revision);
    });

    test('at 100 percent the canary is the only version', async () => {
      await split(100);
      expect(await live()).toMatchObject({ stable: '2', canary: null, canaryPercent: 0 });
    });

    test('an order that is repeated because its answer was lost is harmless and says what it found', async () => {
      const { target, stable, canary, ports } = stage;
      const { revision } = await live();
      const order = { target, stable, canary, canaryPercent: 10, revision };
      const first = await ports.traffic.setSplit(order);
      expect(await ports.traffic.setSplit(order)).toEqual({ revision: first.revision, foundPercent: 10 });
    });

    test('a shift under a stale revision changes nothing and is a conflict', async () => {
      const { revision } = await live();
      await stage.moveByHand(stage.third, 30);
      const { target, stable, canary, ports } = stage;
      const order = { target, stable, canary, canaryPercent: 10, revision };
      await expect(ports.traffic.setSplit(order)).rejects.toMatchObject({ name: 'Conflict' });
      expect(await live()).toMatchObject({ canary: stage.third, canaryPercent: 30 });
    });

    test('the split alone is read with its revision', async () => {
      const moved = await split(7);
      const found = { stable: '1', canary: '2', canaryPercent: 7, revision: moved.revision };
      expect(await stage.ports.traffic.readSplit(stage.target)).toEqual(found);
    });

    test('a shift under the revision before an edit is a conflict that has the split, and works under its revision', async () => {
      const { target, stable, canary, ports } = stage;
      const { revision } = await split(10);
      await stage.editAlias();
      const order = { target, stable, canary, canaryPercent: 25, revision };
      const found = await ports.traffic.readSplit(target);
      expect(found).toMatchObject({ canary, canaryPercent: 10 });
      expect(found.revision).not.toBe(revision);
      await expect(ports.traffic.setSplit(order)).rejects.toMatchObject({ name: 'Conflict', details: { found } });
      await ports.traffic.setSplit({ ...order, revision: found.revision });
      expect(await live()).toMatchObject({ canaryPercent: 25 });
    });

    test('a version that does not exist cannot get traffic', async () => {
      const { target, stable, ports } = stage;
      const { revision } = await live();
      const order = { target, stable, canary: '99', canaryPercent: 10, revision };
      await expect(ports.traffic.setSplit(order)).rejects.toMatchObject({ name: 'NotFound' });
      expect(await live()).toMatchObject({ canary: null });
    });

    test('provisioned concurrency on the alias excludes a split', async () => {
      await stage.provision(5);
      await expect(split(10)).rejects.toMatchObject({ name: 'Broken' });
      expect(await live()).toMatchObject({ canary: null, provisionedConcurrency: 5 });
    });

    test('takeBack puts all traffic on stable', async () => {
      const { revision } = await split(25);
      expect(await stage.ports.traffic.takeBack(home(revision))).toMatchObject({ foundPercent: undefined });
      expect(await live()).toMatchObject({ stable: '1', canary: null, canaryPercent: 0 });
    });

    test('takeBack works under any revision, also from 100 percent, and says what it found', async () => {
      const { revision } = await live();
      await split(50);
      expect(await stage.ports.traffic.takeBack(home(revision))).toMatchObject({ foundPercent: 50 });
      await split(100);
      expect(await stage.ports.traffic.takeBack(home(revision))).toMatchObject({ foundPercent: 100 });
      expect(await live()).toMatchObject({ stable: '1', canaryPercent: 0 });
    });

    test('takeBack may be repeated', async () => {
      const { revision } = await split(50);
      const first = await stage.ports.traffic.takeBack(home(revision));
      const again = await stage.ports.traffic.takeBack(home(revision));
      expect(again).toEqual({ revision: first.revision, foundPercent: 0 });
    });

    test('takeBack refuses when a third version is live', async () => {
      const { revision } = await split(50);
      await stage.moveByHand(stage.third, 100);
      await expect(stage.ports.traffic.takeBack(home(revision))).rejects.toMatchObject({ name: 'Conflict' });
      expect(await live()).toMatchObject({ stable: stage.third });
    });

    describe('on a function that was created again', () => {
      const recorded = async (percent: number) => {
        const { target, stable, canary, ports } = stage;
        const { revision } = await split(percent);
        const [ofStable, ofCanary] = await Promise.all(
          [stable, canary].map((version) => ports.versions.describe(target, version)),
        );
        const fingerprints = { stable: ofStable?.fingerprint ?? null, canary: ofCanary?.fingerprint ?? null };
        return { target, stable, canary, revision, fingerprints };
      };
      const isOther = { name: 'Conflict', details: { isOther: true } };

      test('takeBack refuses a version that only has the number of the canary', async () => {
        const way = await recorded(100);
        await stage.recreate(stage.canary);
        await expect(stage.ports.traffic.takeBack(way)).rejects.toMatchObject(isOther);
        expect(await live()).toMatchObject({ stable: stage.canary });
      });

      test('takeBack accepts a stable version that is live already, when its fingerprints are the same', async () => {
        const way = await recorded(10);
        await stage.recreate();
        expect(await stage.ports.traffic.takeBack(way)).toMatchObject({ foundPercent: 0 });
      });

      test('takeBack refuses a stable version whose number now belongs to another version', async () => {
        const { fingerprints, ...way } = await recorded(10);
        await stage.recreate();
        // The first version has its old code, and the second version has other code.
        const turned = { ...way, stable: way.canary, canary: way.stable };
        const known = { stable: fingerprints.canary, canary: fingerprints.stable };
        const order = { ...turned, fingerprints: known };
        await expect(stage.ports.traffic.takeBack(order)).rejects.toMatchObject({ name: 'NotFound' });
        expect(await live()).toMatchObject({ stable: stage.stable });
      });

      test('a shift is refused, also when the split is already the ordered one', async () => {
        const order = await recorded(10);
        const { setSplit } = stage.ports.traffic;
        await stage.recreate();
        await expect(setSplit({ ...order, canaryPercent: 25 })).rejects.toMatchObject(isOther);
        await stage.recreate(stage.canary);
        await expect(setSplit({ ...order, canaryPercent: 100 })).rejects.toMatchObject(isOther);
      });

      test('without fingerprints, versions are compared by their numbers', async () => {
        const way = await recorded(100);
        await stage.recreate(stage.canary);
        await stage.ports.traffic.takeBack({ ...way, fingerprints: null });
        expect(await live()).toMatchObject({ stable: stage.stable });
      });
    });

    test('all aliases of a function are listed with their splits, and a function that does not exist has none', async () => {
      const { target, stable, canary, ports } = stage;
      const { revision } = await split(10);
      await ports.traffic.pin(target, stable);
      const pin = { ...target, alias: `slipway-before-${target.alias}` };
      expect(await ports.traffic.listSplits(target.function)).toEqual([
        { target, stable, canary, canaryPercent: 10, revision },
        { target: pin, stable, canary: null, canaryPercent: 0, revision: expect.any(String) },
      ]);
      expect(await ports.traffic.listSplits('nobody')).toEqual([]);
    });

    test('a pinned version cannot be deleted until another one is pinned', async () => {
      const { target, ports, third } = stage;
      await ports.traffic.pin(target, third);
      await ports.traffic.pin(target, third);
      await expect(stage.deleteVersion(third)).rejects.toThrow(third);
      await ports.traffic.pin(target, stage.stable);
      await stage.deleteVersion(third);
      await expect(ports.versions.describe(target, third)).rejects.toMatchObject({ name: 'NotFound' });
    });

    test('a function or an alias that does not exist is not found', async () => {
      const { ports, target } = stage;
      await expect(ports.traffic.read({ ...target, function: 'nobody' })).rejects.toMatchObject({ name: 'NotFound' });
      await expect(ports.traffic.read({ ...target, alias: 'nowhere' })).rejects.toMatchObject({ name: 'NotFound' });
      await expect(ports.traffic.readSplit({ ...target, alias: 'nowhere' })).rejects.toMatchObject({
        name: 'NotFound',
      });
    });
  });
}
