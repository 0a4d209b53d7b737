/** The contract that every Metrics port keeps, whatever cloud is behind it. */
import type { PeriodRow } from '../../src/domain/verdict/period-row.ts';
import type { MetricsQuery } from '../../src/ports/metrics.ts';
import type { CloudPorts } from '../../src/twin/cloud/cloud.ts';
import type { CloudStage } from './cloud-stage.ts';

export interface MetricsStage extends Pick<CloudStage, 'target' | 'stable' | 'canary' | 'close'> {
  readonly ports: Pick<CloudPorts, 'metrics'>;
  /** A version that is never called. */
  readonly third: string;
  readonly startsAt: number;
  /**
   * Sends at least 20 calls a second from `startsAt` on, for `forMs`, half of them to the canary. All calls to the
   * canary fail. Half of the calls of each version take longer than about 20 ms, and all take between 0.01 ms and an
   * hour.
   */
  runTraffic(forMs: number): Promise<void>;
}

const MINUTE_MS = 60_000;
/** One latency below all requests, three in their middle, and one above all. */
const LATENCIES_MS = [0.001, 10, 20, 40, 3_600_000] as const;
/** At most this number of requests in a minute may take exactly as long as a percentile. */
const EQUALS_MAX = 5;

export function metricsContract(name: string, open: () => Promise<MetricsStage>): void {
  describe(`Metrics: ${name}`, () => {
    let stage: MetricsStage;
    beforeEach(async () => {
      stage = await open();
    });
    afterEach(() => stage.close());

    countsContract(() => stage);
    slownessContract(() => stage);
    latenciesContract(() => stage);
  });
}

type Change = Partial<MetricsQuery> & Pick<MetricsQuery, 'from' | 'to'>;

function queryOf({ target, stable, canary }: MetricsStage, change: Change): MetricsQuery {
  return { id: 'mine', target, stable, canary, periodSeconds: 60, ...change };
}

async function rowsOf(stage: MetricsStage, change: Change): Promise<readonly PeriodRow[]> {
  return (await stage.ports.metrics.read([queryOf(stage, change)])).get('mine') ?? [];
}

/** The range of `count` minutes from the start, or from `after` minutes later. */
function minutes({ startsAt }: MetricsStage, { count, after = 0 }: { count: number; after?: number }) {
  return { from: startsAt + after * MINUTE_MS, to: startsAt + (after + count) * MINUTE_MS };
}

function countsContract(stageNow: () => MetricsStage): void {
  test('each closed period has what both versions did, oldest first', async () => {
    const stage = stageNow();
    await stage.runTraffic(130_000);
    const found = await rowsOf(stage, minutes(stage, { count: 2 }));
    expect(found.map(({ startsAt }) => startsAt - stage.startsAt)).toEqual([0, 60_000]);
    for (const { canary, stable } of found) {
      expect(canary.requests).toBeGreaterThan(0);
      expect(canary.errors).toBe(canary.requests);
      expect(stable.errors).toBe(0);
      expect(stable.durationP99Ms).toBeGreaterThan(0);
    }
  });

  test('a period of 60 seconds is the sum of its periods of 10 seconds', async () => {
    const stage = stageNow();
    await stage.runTraffic(70_000);
    const range = minutes(stage, { count: 1 });
    const [minute] = await rowsOf(stage, range);
    const tens = await rowsOf(stage, { ...range, periodSeconds: 10 });
    expect(tens).toHaveLength(6);
    expect(tens.reduce((sum, { stable }) => sum + stable.requests, 0)).toBe(minute?.stable.requests);
  });

  test('a period that is not over, or begins before the range, is left out', async () => {
    const stage = stageNow();
    await stage.runTraffic(65_000);
    const found = await rowsOf(stage, {
      from: stage.startsAt + 1,
      to: stage.startsAt + 3_600_000,
      periodSeconds: 10,
    });
    expect(found.map(({ startsAt }) => startsAt - stage.startsAt)).toEqual([10_000, 20_000, 30_000, 40_000, 50_000]);
  });

  test('periods without a request are left out, and a query without any gets an empty answer', async () => {
    const stage = stageNow();
    await stage.runTraffic(20_000);
    const before = { from: stage.startsAt - 600_000, to: stage.startsAt - 300_000 };
    expect(await rowsOf(stage, before)).toEqual([]);
    expect(await rowsOf(stage, { ...before, latenciesMs: LATENCIES_MS })).toEqual([]);
  });

  test('queries of any kind in one call are answered as if each were alone, and the same when repeated', async () => {
    const stage = stageNow();
    await stage.runTraffic(130_000);
    const changes: Change[] = [
      { id: 'whole', ...minutes(stage, { count: 2 }), latenciesMs: LATENCIES_MS },
      { id: 'later', ...minutes(stage, { count: 1, after: 1 }) },
      { id: 'short', ...minutes(stage, { count: 1 }), periodSeconds: 10, latenciesMs: [20] },
      { id: 'errors', ...minutes(stage, { count: 2 }), metrics: ['errorRatePercent'] },
    ];
    const queries = changes.map((change) => queryOf(stage, change));
    const together = await stage.ports.metrics.read(queries);
    for (const query of queries) {
      expect(together.get(query.id)?.length).toBeGreaterThan(0);
      const alone = await stage.ports.metrics.read([query]);
      expect(alone.get(query.id)).toEqual(together.get(query.id));
    }
    expect(together.get('errors')?.[0]?.stable.durationP99Ms).toBeNull();
    expect(await stage.ports.metrics.read([])).toEqual(new Map());
  });
}

function slownessContract(stageNow: () => MetricsStage): void {
  test('slower requests are counted for each latency, and a lower latency has more of them', async () => {
    const stage = stageNow();
    await stage.runTraffic(130_000);
    const found = await rowsOf(stage, { ...minutes(stage, { count: 2 }), latenciesMs: LATENCIES_MS });
    expect(found).toHaveLength(2);
    for (const { requests, slower = [] } of found.flatMap(({ canary, stable }) => [canary, stable])) {
      expect(slower.every(Number.isSafeInteger)).toBe(true);
      expect(slower).toHaveLength(LATENCIES_MS.length);
      expect(slower).toEqual([...slower].sort((one, other) => other - one));
      expect([slower[0], slower.at(-1)]).toEqual([requests, 0]);
      expect(slower[2]).toBeGreaterThan(requests / 4);
      expect(slower[2]).toBeLessThan((requests * 3) / 4);
    }
  });

  test('about one request in a hundred is slower than the 99th percentile of its own period', async () => {
    const stage = stageNow();
    await stage.runTraffic(70_000);
    const [first] = await rowsOf(stage, minutes(stage, { count: 1 }));
    const p99Ms = first?.stable.durationP99Ms ?? 0;
    const [row] = await rowsOf(stage, { ...minutes(stage, { count: 1 }), latenciesMs: [p99Ms] });
    const { requests = 0, slower: [slower] = [] } = row?.stable ?? {};
    expect(slower).toBeLessThanOrEqual(requests / 100);
    expect(slower).toBeGreaterThan(requests / 100 - EQUALS_MAX);
  });

  test('the slower requests of 60 seconds are those of its periods of 10 seconds', async () => {
    const stage = stageNow();
    await stage.runTraffic(70_000);
    const asked = { ...minutes(stage, { count: 1 }), latenciesMs: LATENCIES_MS };
    const [minute] = await rowsOf(stage, asked);
    const tens = await rowsOf(stage, { ...asked, periodSeconds: 10 });
    const sums = LATENCIES_MS.map((_, index) =>
      tens.reduce((sum, { canary }) => sum + (canary.slower?.[index] ?? Number.NaN), 0),
    );
    expect(sums).toEqual(minute?.canary.slower);
  });

  test('a query without latencies counts no slower requests', async () => {
    const stage = stageNow();
    await stage.runTraffic(70_000);
    const [row] = await rowsOf(stage, minutes(stage, { count: 1 }));
    expect(row?.stable.requests).toBeGreaterThan(0);
    expect(row?.stable).not.toHaveProperty('slower');
    expect(row?.canary).not.toHaveProperty('slower');
  });

  test('a version without calls has zeros, also for slower requests', async () => {
    const stage = stageNow();
    await stage.runTraffic(70_000);
    const asked = { ...minutes(stage, { count: 1 }), canary: stage.third, latenciesMs: [10, 20] };
    const [row] = await rowsOf(stage, asked);
    expect(row?.canary).toEqual({ requests: 0, errors: 0, durationP99Ms: null, slower: [0, 0] });
    expect(row?.stable.slower?.[0]).toBeGreaterThan(0);
  });
}

function latenciesContract(stageNow: () => MetricsStage): void {
  const ask = async (stage: MetricsStage, asked: { from: number; to: number; id: string; stable?: string }[]) =>
    stage.ports.metrics.readLatencies(
      asked.map((one) => ({ target: stage.target, stable: stage.stable, periodSeconds: 60, ...one })),
    );

  test('the latencies of stable are what half, 90 % and 99 % of its requests did not exceed', async () => {
    const stage = stageNow();
    await stage.runTraffic(70_000);
    const latenciesMs = (await ask(stage, [{ id: 'mine', ...minutes(stage, { count: 1 }) }])).get('mine') ?? [];
    expect(latenciesMs).toEqual([...latenciesMs].sort((one, other) => one - other));

    const [row] = await rowsOf(stage, { ...minutes(stage, { count: 1 }), latenciesMs });
    const { requests = 0, slower = [], durationP99Ms } = row?.stable ?? {};
    expect(latenciesMs[2]).toBe(durationP99Ms);
    for (const [index, percent] of [50, 10, 1].entries()) {
      const expected = (requests * percent) / 100;
      expect(slower[index]).toBeLessThanOrEqual(expected);
      expect(slower[index]).toBeGreaterThan(expected - EQUALS_MAX);
    }
  });

  test('each latency over several periods is the median over the closed ones', async () => {
    const stage = stageNow();
    await stage.runTraffic(190_000);
    const whole = minutes(stage, { count: 3 });
    const found = await ask(stage, [
      { id: 'whole', ...whole },
      { id: 'with an open one', ...whole, to: whole.to + 3_600_000 },
      ...[0, 1, 2].map((after) => ({ id: `${after}`, ...minutes(stage, { count: 1, after }) })),
    ]);
    const medians = [0, 1, 2].map((index) => {
      const ofMinutes = ['0', '1', '2'].map((id) => found.get(id)?.[index] ?? Number.NaN);
      return ofMinutes.sort((one, other) => one - other)[1];
    });
    expect(found.get('whole')).toEqual(medians);
    expect(found.get('with an open one')).toEqual(medians);
  });

  test('the median of two periods is midway between both', async () => {
    const stage = stageNow();
    await stage.runTraffic(130_000);
    const found = await ask(stage, [
      { id: 'both', ...minutes(stage, { count: 2 }) },
      ...[0, 1].map((after) => ({ id: `${after}`, ...minutes(stage, { count: 1, after }) })),
    ]);
    const midway = [0, 1, 2].map((index) => ((found.get('0')?.[index] ?? 0) + (found.get('1')?.[index] ?? 0)) / 2);
    expect(found.get('both')).toEqual(midway);
  });

  test('a version without calls has no latencies, and a time before all calls has none either', async () => {
    const stage = stageNow();
    await stage.runTraffic(70_000);
    const found = await ask(stage, [
      { id: 'uncalled', ...minutes(stage, { count: 1 }), stable: stage.third },
      { id: 'before', from: stage.startsAt - 600_000, to: stage.startsAt - 300_000 },
    ]);
    expect(found.get('uncalled')).toEqual([]);
    expect(found.get('before')).toEqual([]);
  });
}
