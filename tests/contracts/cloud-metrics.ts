/** What every Metrics port must do, whatever cloud is behind it. */
import type { CloudStage } from './cloud-stage.ts';

export interface MetricsStage extends CloudStage {
  readonly startsAt: number;
  /** Half of the calls go to the canary from `startsAt` on, for as long. All calls to the canary fail. */
  runTraffic(forMs: number): Promise<void>;
}

export function metricsContract(name: string, open: () => Promise<MetricsStage>): void {
  describe(`Metrics: ${name}`, () => {
    let stage: MetricsStage;
    beforeEach(async () => {
      stage = await open();
    });
    afterEach(() => stage.close());

    const rows = async (order: { from: number; to: number; periodSeconds: 10 | 60 }) => {
      const { target, stable, canary, ports } = stage;
      const answer = await ports.metrics.read([{ id: 'mine', target, stable, canary, ...order }]);
      return answer.get('mine') ?? [];
    };

    test('each closed period has what both versions did, oldest first', async () => {
      await stage.runTraffic(130_000);
      const found = await rows({ from: stage.startsAt, to: stage.startsAt + 120_000, periodSeconds: 60 });
      expect(found.map(({ startsAt }) => startsAt - stage.startsAt)).toEqual([0, 60_000]);
      for (const { canary, stable } of found) {
        expect(canary.requests).toBeGreaterThan(0);
        expect(canary.errors).toBe(canary.requests);
        expect(stable.errors).toBe(0);
        expect(stable.durationP99Ms).toBeGreaterThan(0);
      }
    });

    test('a period of 60 seconds is the sum of its periods of 10 seconds', async () => {
      await stage.runTraffic(70_000);
      const range = { from: stage.startsAt, to: stage.startsAt + 60_000 };
      const [minute] = await rows({ ...range, periodSeconds: 60 });
      const tens = await rows({ ...range, periodSeconds: 10 });
      expect(tens).toHaveLength(6);
      expect(tens.reduce((sum, { stable }) => sum + stable.requests, 0)).toBe(minute?.stable.requests);
    });

    test('a period that is not over, or begins before the range, is left out', async () => {
      await stage.runTraffic(65_000);
      const found = await rows({ from: stage.startsAt + 1, to: stage.startsAt + 3_600_000, periodSeconds: 10 });
      expect(found.map(({ startsAt }) => startsAt - stage.startsAt)).toEqual([10_000, 20_000, 30_000, 40_000, 50_000]);
    });

    test('periods without a request are left out, and a query without any gets an empty answer', async () => {
      await stage.runTraffic(20_000);
      const before = { from: stage.startsAt - 600_000, to: stage.startsAt - 300_000, periodSeconds: 60 } as const;
      expect(await rows(before)).toEqual([]);
    });
  });
}
