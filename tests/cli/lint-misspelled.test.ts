import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { LineCounter, parseDocument, type Scalar, stringify, visit } from 'yaml';
import { lintText } from '../../src/cli/lint/lint-text.ts';

const LAMBDA = { kind: 'lambda', function: 'shop', alias: 'live' };
const CLUSTER = { kind: 'kubernetes', cluster: 'production', namespace: 'shop', workload: 'shop' };
const BAKED = [{ setWeight: 10 }, { bake: { minutes: 5 } }];

/** Together they have every field of slipway.yml; a test below holds that. */
const SPECS = [
  {
    name: 'shop',
    target: LAMBDA,
    strategy: [
      ...BAKED,
      { judge: {} },
      { approve: { within: { hours: 1 } } },
      { setWeight: 50 },
      { bake: { seconds: 90 } },
    ],
    alarms: [
      'shop-errors',
      { errorsAbove: '1 %', over: '1 minute', name: 'one' },
      { serverErrorsAbove: '1 %', over: { minutes: 5 } },
      { latencyAbove: '800 ms', percentile: 95, over: '1 minute' },
    ],
    judge: {
      kind: 'threshold',
      rules: [
        { metric: 'errorRatePercent', moreThan: 1, observedOnly: false },
        { metric: 'errorRatePercent', moreThan: 2 },
      ],
      failWhenAtLeast: 2,
      ofLastPeriods: 3,
      periodSeconds: 60,
      minimumRequests: 5,
    },
    noData: 'hold',
    hooks: { beforeTraffic: [{ function: 'shop-check' }], afterTraffic: [{ webhook: 'https://shop.example/done' }] },
    watch: { minutes: 10 },
    deadline: { hours: 24 },
    rehearsal: {
      handler: 'src/app.handler',
      requestsPerSecond: 20,
      event: 'http',
      environment: { LEVEL: 'info' },
      timeoutSeconds: 5,
      layers: ['layers/one'],
      triggers: [{ kind: 'schedule', name: 'nightly', calledAs: 'live', requestsPerSecond: 1 }],
      model: {
        requestsPerSecond: 5,
        swingPercent: 10,
        errorPercent: 1,
        medianMs: 40,
        p99Ms: 400,
        noisePercent: 5,
        coldStartMs: 300,
        outage: { percentOfRollouts: 1, minutes: 5, errorFactor: 10 },
      },
    },
  },
  {
    name: 'shop',
    target: {
      ...CLUSTER,
      route: { kind: 'albIngress', name: 'shop' },
      manifests: { port: 8080, replicas: 3, environment: { LEVEL: 'info' }, secrets: ['shop-db'] },
      readyWithin: { minutes: 5 },
      metricsFrom: {
        kind: 'targetGroups',
        loadBalancer: 'app/shop/0123456789abcdef',
        stable: 'targetgroup/stable/0123456789abcdef',
        canary: 'targetgroup/canary/0123456789abcdef',
      },
    },
    strategy: BAKED,
    judge: {
      kind: 'sequential',
      metrics: [{ metric: 'errors', weight: 1, observedOnly: false }],
      falseRollbackPercent: 1,
      harmRatio: 2,
      endsBakesEarly: false,
      warmUp: { minutes: 1 },
      minimumRequests: 50,
      periodSeconds: 60,
    },
  },
  { name: 'shop', target: { ...CLUSTER, manifests: { folder: 'deploy', container: 'app' } }, strategy: 'allAtOnce' },
  {
    name: 'shop',
    target: LAMBDA,
    strategy: [{ setWeight: 50 }, { bake: { minutes: 20 } }, { judge: {} }],
    judge: { kind: 'mann-whitney', metrics: ['errorRatePercent'] },
  },
] as const;

interface Key {
  readonly text: string;
  readonly name: string;
  readonly at: number;
}

const FREE = new Set(['LEVEL']);
const keysIn = (text: string): Key[] => {
  const keys: Key[] = [];
  visit(parseDocument(text), {
    Map(_, map) {
      for (const { key } of map.items) {
        const { value, range } = key as Scalar;
        if (!FREE.has(String(value))) keys.push({ text, name: String(value), at: range?.[0] ?? 0 });
      }
    },
  });
  return keys;
};

const TEXTS = SPECS.flatMap((spec) => [
  stringify(spec),
  stringify(spec, { collectionStyle: 'flow' }),
  JSON.stringify(spec, null, 1),
]);
const KEYS = TEXTS.flatMap(keysIn);

test('the specs are valid', () => {
  const errors = TEXTS.flatMap((text) => lintText(text).problems.filter(({ severity }) => severity === 'error'));
  expect(errors).toEqual([]);
});

/** One letter is taken out, put in or replaced, or two change places. */
const misspelled = (name: string) =>
  fc
    .record({
      how: fc.constantFrom('out', 'in', 'other', 'swapped'),
      at: fc.nat({ max: name.length - 1 }),
      letter: fc.constantFrom(...'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789'),
    })
    .map(({ how, at, letter }) => {
      const [before, one, after] = [name.slice(0, at), name.charAt(at), name.slice(at + 1)];
      if (how === 'out') return before + after;
      if (how === 'in') return before + letter + one + after;
      if (how === 'other') return before + letter + after;
      return before + after.charAt(0) + one + after.slice(1);
    })
    .filter((word) => word !== name && !/^\d*$/.test(word));

test('a field with one wrong letter is found at its line and column, with the right name', () => {
  const written = fc.constantFrom(...KEYS).chain((key) => misspelled(key.name).map((word) => ({ ...key, word })));
  fc.assert(
    fc.property(written, ({ text, name, at, word }) => {
      const start = text.charAt(at) === '"' ? at + 1 : at;
      const wrong = text.slice(0, start) + word + text.slice(start + name.length);
      const counter = new LineCounter();
      parseDocument(wrong, { lineCounter: counter });
      const place = counter.linePos(at);
      const { problems } = lintText(wrong);
      fc.pre(!problems.some(({ rule }) => rule === 'yaml'));
      const found = problems.find(({ line, column }) => line === place.line && column === place.col);
      expect(found?.message).toContain(`Did you mean "${name}"?`);
    }),
    { numRuns: 600 },
  );
});

test('the specs have every field of slipway.yml', () => {
  const fields = new Set<string>();
  const walk = (schema: unknown): void => {
    if (typeof schema !== 'object' || schema === null) return;
    for (const [word, inner] of Object.entries(schema)) {
      if (word === 'properties') for (const name of Object.keys(inner)) fields.add(name);
      if (word !== 'examples' && word !== 'default') walk(inner);
    }
  };
  walk(JSON.parse(readFileSync(new URL('../../docs/service-spec.schema.json', import.meta.url), 'utf8')));
  const tried = new Set(KEYS.map(({ name }) => name));
  expect([...fields].filter((name) => !tried.has(name))).toEqual([]);
});
