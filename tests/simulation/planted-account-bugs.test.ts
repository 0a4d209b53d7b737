/** Plants bugs at a port, about what other tools do in the account. The checker made for each bug must find it. */
import { SlipwayError } from '../../src/domain/errors.ts';
import { LATEST } from '../../src/domain/lambda/version-fact.ts';
import type { Live } from '../../src/ports/traffic.ts';
import type { Tamper } from '../../src/simulation/caller.ts';
import { callsNeedReadiness } from '../../src/simulation/checkers/calls-need-readiness.ts';
import type { Checker } from '../../src/simulation/checkers/checked-world.ts';
import { latestIsAsRead } from '../../src/simulation/checkers/latest-is-as-read.ts';
import { numberIsNoVersion } from '../../src/simulation/checkers/number-is-no-version.ts';
import { promotionIsEvidenced } from '../../src/simulation/checkers/promotion-is-evidenced.ts';
import { throttleBlamesNobody } from '../../src/simulation/checkers/throttle-blames-nobody.ts';
import { unpublishedIsUntouched } from '../../src/simulation/checkers/unpublished-is-untouched.ts';
import { watchIsKept } from '../../src/simulation/checkers/watch-is-kept.ts';
import { simulate } from '../../src/simulation/simulate.ts';
import { SEEDS, seedsFor } from './planted-seeds.ts';

/** Few rollouts hide a version that is live and watched. From this seed on, a checker finds one soon. */
const FIRST = 2_751;

/** CloudWatch itself treats missing data like this by default. */
const missingIsOk: Tamper = (ports) => ({
  ...ports,
  alarms: {
    async read(names) {
      const found = await ports.alarms.read(names);
      const missing = names.filter((name) => !found.some((one) => one.name === name));
      return [...found, ...missing.map((name) => ({ name, state: 'OK', metric: null, changedAt: 0 }) as const)];
    },
  },
});

/** The caller that has published a version continues at once. */
const pendingIsActive: Tamper = (ports) => ({
  ...ports,
  versions: {
    ...ports.versions,
    async describe(target, version) {
      return { ...(await ports.versions.describe(target, version)), state: 'Active', stateReason: null };
    },
  },
});

/** The error loses its mark of a throttle on the way. No step waits for it, and the state machine catches it. */
const throttleIsAFailure: Tamper = (ports) => ({
  ...ports,
  traffic: { ...ports.traffic, setSplit: (order) => ports.traffic.setSplit(order).catch(unmarked) },
  versions: { ...ports.versions, publish: (order) => ports.versions.publish(order).catch(unmarked) },
});

function unmarked(cause: unknown): never {
  if (!(cause instanceof SlipwayError) || cause.details.throttled !== true) throw cause;
  throw new SlipwayError('Broken', cause.message, { cause });
}

/** The newest deployment of a service hides the version that is live. */
const newestOnly: Tamper = (ports) => ({
  ...ports,
  deployments: {
    ...ports.deployments,
    async findByAlarm(query) {
      const traces = await ports.deployments.findByAlarm(query);
      const newest = new Map(traces.toReversed().map((trace) => [trace.deployment.service, trace]));
      return [...newest.values()];
    },
  },
});

/** An alias on $LATEST looks like an alias on a published version. */
const latestIsAVersion: Tamper = (ports) => ({
  ...ports,
  traffic: {
    ...ports.traffic,
    read: async (target) => numbered(await ports.traffic.read(target)),
    readSplit: async (target) => numbered(await ports.traffic.readSplit(target)),
  },
});

function numbered<T extends Pick<Live, 'stable'>>(live: T): T {
  return live.stable === LATEST ? { ...live, stable: '1' } : live;
}

/** Only the number of a version is known, as before fingerprints were stored. */
const numberAlone: Tamper = (ports) => ({
  ...ports,
  versions: {
    ...ports.versions,
    describe: async (target, version) => ({ ...(await ports.versions.describe(target, version)), fingerprint: null }),
  },
});

/** Publishes whatever is in $LATEST, as `aws lambda publish-version` does. */
const publishUnseen: Tamper = (ports) => ({
  ...ports,
  versions: { ...ports.versions, publish: (order) => ports.versions.publish({ ...order, expected: null }) },
});

test.each<[string, Tamper, () => Checker, RegExp, number]>([
  ['a publish of $LATEST without a look', publishUnseen, latestIsAsRead, /of other code than it read/, 2_779],
  ['a missing alarm that counts as OK', missingIsOk, promotionIsEvidenced, /alarm .+ had not been there for/, 2_813],
  [
    'a version that is still Pending and gets calls',
    pendingIsActive,
    callsNeedReadiness,
    /in the state Pending/,
    2_753,
  ],
  [
    'a throttle that counts against the version',
    throttleIsAFailure,
    throttleBlamesNobody,
    /has TaskFailed: .+Rate exc/,
    2_753,
  ],
  ['a watch that looks at the newest deployment only', newestOnly, watchIsKept, /turned red within its watch/, 2_821],
  [
    'an alias on $LATEST that is taken for one on a version',
    latestIsAVersion,
    unpublishedIsUntouched,
    /is on \$LATEST/,
    2_784,
  ],
  ['a version that is known by its number alone', numberAlone, numberIsNoVersion, /which has other code than/, 2_879],
])(
  `the checker of %s finds it within ${SEEDS} seeds from ${FIRST}`,
  async (_, tamper, checker, message, found) => {
    for (const seed of seedsFor(found, FIRST)) {
      const checkers = () => [checker()];
      const { failure } = await simulate(seed, { tamper, checkers });
      // A failure that also happens without the planted bug has another cause.
      if (failure === undefined || !(await simulate(seed, { checkers })).ok) continue;
      expect(failure.message).toMatch(message);
      return;
    }
    throw new Error('No seed found the bug.');
  },
  300_000,
);
