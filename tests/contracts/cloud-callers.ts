/** The contract that every Callers port keeps, whatever cloud is behind it. */
import type { LambdaTarget } from '../../src/domain/service/service-spec.ts';
import type { Callers } from '../../src/ports/callers.ts';
import type { TriggerOrder } from '../../src/twin/lambda/lambda-triggers.ts';

/** A stage with one function `checkout`, with the aliases `live` and `beta` and with version 1. */
export interface CallersStage {
  readonly callers: Callers;
  add(trigger: TriggerOrder): void;
  /** Makes this number of calls by that name, some time ago. `$LATEST` means the function itself. */
  call(calledAs: string, count: number): Promise<void>;
}

const target: LambdaTarget = { kind: 'lambda', function: 'checkout', alias: 'live' };

export function callersContract(name: string, open: () => CallersStage): void {
  describe(`Callers: ${name}`, () => {
    test('a function without triggers and without calls has no callers', async () => {
      const { callers } = open();
      expect(await callers.read(target)).toMatchObject({ triggers: [], calls: [], unread: [] });
    });

    test('a function that does not exist has no callers, and causes no error', async () => {
      const { callers } = open();
      expect(await callers.read({ ...target, function: 'basket' })).toMatchObject({ triggers: [], unread: [] });
    });

    test.each([
      ['api', 'permission', 'apigateway.amazonaws.com', /^arn:aws:execute-api:[\w-]+:\d+:orders\//],
      ['schedule', 'permission', 'events.amazonaws.com', /:rule\/orders$/],
      ['bucket', 'permission', 's3.amazonaws.com', /^arn:aws:s3:::orders$/],
      ['topic', 'permission', 'sns.amazonaws.com', /:orders$/],
      ['loadBalancer', 'permission', 'elasticloadbalancing.amazonaws.com', /:targetgroup\/orders\//],
      ['queue', 'mapping', 'sqs', /^arn:aws:sqs:[\w-]+:\d+:orders$/],
      ['stream', 'mapping', 'kinesis', /:stream\/orders$/],
      ['url', 'url', 'url', /^https:\/\/orders\./],
    ] as const)(
      'a trigger of the kind %s shows whether it calls the function or its alias',
      async (kind, is, from, source) => {
        for (const calledAs of ['$LATEST', 'live']) {
          const { callers, add } = open();
          add({ kind, name: 'orders', ...(calledAs === 'live' && { calledAs }) });
          const { triggers, unread } = await callers.read(target);
          expect({ triggers, unread }).toEqual({
            triggers: [expect.objectContaining({ kind: is, calledAs, from, source: expect.stringMatching(source) })],
            unread: [],
          });
        }
      },
    );

    test('an API that may call both the function and the alias is listed twice', async () => {
      const { callers, add } = open();
      add({ kind: 'api', name: 'orders' });
      add({ kind: 'api', name: 'orders', calledAs: 'live' });
      const { triggers } = await callers.read(target);
      expect(triggers.map(({ calledAs }) => calledAs).sort()).toEqual(['$LATEST', 'live']);
    });

    test('a mapping that is switched off is marked as such', async () => {
      const { callers, add } = open();
      add({ kind: 'queue', name: 'orders', isOff: true });
      expect((await callers.read(target)).triggers).toMatchObject([{ kind: 'mapping', isOff: true }]);
    });

    test('calls are counted by the name that was called, and as a sum', async () => {
      const { callers, call } = open();
      await call('live', 30);
      await call('$LATEST', 20);
      await call('beta', 10);
      await call('1', 5);
      const { calls } = await callers.read(target);
      const sum = (name: string) => (calls ?? []).reduce((total, { named }) => total + (named[name] ?? 0), 0);
      expect((calls ?? []).reduce((all, { total }) => all + total, 0)).toBe(65);
      expect([sum('live'), sum('beta'), sum('1'), sum('$LATEST')]).toEqual([30, 10, 5, 0]);
    });

    test('a trigger of another alias is listed with that alias', async () => {
      const { callers, add, call } = open();
      add({ kind: 'queue', name: 'orders', calledAs: 'beta' });
      await call('beta', 10);
      expect((await callers.read(target)).triggers).toMatchObject([{ kind: 'mapping', calledAs: 'beta' }]);
    });
  });
}
