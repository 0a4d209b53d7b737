import { abortDeployment } from '../../src/operations/opening/abort-deployment.ts';
import { remediateAlarm } from '../../src/operations/way-back/remediate-alarm.ts';
import { aFleet, type Fleet } from './a-fleet.ts';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HANG = 120_000;
const BAD = 'service-50';

let fleet: Fleet;
afterEach(() => fleet.close());

/**
 * Lets time pass until a canary has its first calls, while the other services still compete for the control plane.
 * Returns the name of its service.
 */
async function firstShifted(): Promise<string> {
  const isShifted = (name: string) => fleet.timeline(name).some(({ kind }) => kind === 'TrafficShifted');
  for (let seconds = 0; seconds < 300; seconds += 1) {
    const shifted = fleet.names.find(isShifted);
    if (shifted !== undefined) return shifted;
    await fleet.pass(SECOND);
  }
  throw new Error('No service was shifted within five minutes.');
}

/**
 * Returns the milliseconds until all calls of the service are off the canary, measured in steps of 10 ms. The operation
 * is finished then.
 */
async function untilBack(service: string, operation: Promise<unknown>): Promise<number> {
  const from = fleet.scheduler.now();
  let backAt: number | undefined;
  for (let waited = 0; waited < 30 * SECOND && backAt === undefined; waited += 10) {
    if (fleet.moves.shares(service).size === 1) backAt = fleet.scheduler.now();
    else await fleet.pass(10);
  }
  await fleet.pass(5 * SECOND);
  await operation;
  return (backAt ?? Number.POSITIVE_INFINITY) - from;
}

/**
 * Finds a moment at which the steps of other services wait for minutes and a service has a canary. Returns that
 * service.
 */
async function pressed(order: { othersPerSecond?: number; seed?: number } = {}) {
  fleet = await aFleet({ services: 100, ...order });
  fleet.deployAll();
  const name = await firstShifted();
  const { turns } = fleet.ledger;
  const { at } = await turns.claim({ claimant: 'a test', calls: 8, withinMs: 0 });
  expect(at).toBeGreaterThan(fleet.scheduler.now());
  return { name, id: fleet.deployment(name)?.id ?? '' };
}

test(
  'a hundred services deployed in one second are promoted if healthy, and the bad one is rolled back',
  async () => {
    fleet = await aFleet({ services: 100, loaded: BAD });
    await fleet.pass(5 * MINUTE);
    fleet.deployAll((name) => (name === BAD ? 'bad' : 'good'));
    await fleet.end();
    expect(fleet.count('promoted')).toBe(99);
    expect(fleet.deployment(BAD)).toMatchObject({ status: 'rolledBack' });
    expect(fleet.reactionMs(BAD)).toBeLessThan(3 * SECOND);
    expect(fleet.cloud.throttled()).toEqual([]);
  },
  HANG,
);

test(
  'a hundred services are promoted while other tools use half of the calls, and no entry blames a version',
  async () => {
    fleet = await aFleet({ services: 100, othersPerSecond: 7 });
    fleet.deployAll();
    await fleet.end();
    expect(fleet.count('promoted')).toBe(100);
    expect(fleet.cloud.throttled().length).toBeGreaterThan(0);
    const kinds = fleet.names.flatMap((name) => fleet.timeline(name).map(({ kind }) => kind));
    expect(kinds).not.toContain('TaskFailed');
  },
  HANG,
);

test(
  'an abort rolls back within a second, at its first try, while a hundred services use the control plane',
  async () => {
    const { name, id } = await pressed();
    const abort = fleet.invoke({ functionKey: 'abortDeployment', deploymentId: null }, (ports) =>
      abortDeployment(ports, { id, reason: 'It looks wrong', by: 'ada' }),
    );
    expect(await untilBack(name, abort)).toBeLessThan(SECOND);
    expect(fleet.cloud.throttled()).toEqual([]);
  },
  HANG,
);

test.each([
  { othersPerSecond: 4, withinMs: SECOND },
  { othersPerSecond: 11, withinMs: 5 * SECOND },
])(
  'an alarm rolls back within $withinMs ms beside a hundred services and $othersPerSecond other calls a second',
  async ({ othersPerSecond, withinMs }) => {
    const { name } = await pressed({ othersPerSecond });
    const event = { id: 'e-1', alarm: `${name}-errors`, state: 'ALARM', at: fleet.scheduler.now() } as const;
    const remediated = fleet.invoke({ functionKey: 'remediateAlarm', deploymentId: null }, (ports) =>
      remediateAlarm(ports, event),
    );
    expect(await untilBack(name, remediated)).toBeLessThan(withinMs);
    expect(await remediated).toMatchObject([{ did: 'takeBack' }]);
  },
  HANG,
);
