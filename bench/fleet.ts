/**
 * A hundred services that are deployed in the same second of virtual time, behind one control plane that accepts 15
 * calls a second.
 */
import { aFleet } from '../tests/simulation/a-fleet.ts';
import type { Row } from './row.ts';

const SERVICES = 100;
const BAD = 'service-50';
/** For an alarm on metrics of ten seconds, the same bound as for one rollout alone. */
const BACK_WITHIN_MS = 3_000;
const WARM_UP_MS = 5 * 60_000;

export async function benchFleet(): Promise<Row[]> {
  const fleet = await aFleet({ services: SERVICES, loaded: BAD });
  await fleet.pass(WARM_UP_MS);
  const startedAt = fleet.scheduler.now();
  fleet.deployAll((name) => (name === BAD ? 'bad' : 'good'));
  await fleet.end();
  const promoted = fleet.count('promoted');
  const backMs = fleet.reactionMs(BAD) ?? Number.POSITIVE_INFINITY;
  const minutes = (fleet.scheduler.now() - startedAt) / 60_000;
  const throttled = fleet.cloud.throttled().length;
  await fleet.close();
  const what = `${SERVICES} services deployed in one second, 15 Lambda calls a second, one bad`;
  return [
    {
      what: `${what}: promoted`,
      goal: `= ${SERVICES - 1}`,
      measured: `${promoted} within ${minutes.toFixed(0)} minutes`,
      ok: promoted === SERVICES - 1,
    },
    {
      what: `${what}: alarm to weight 0`,
      goal: `<= ${BACK_WITHIN_MS / 1_000} s`,
      measured: `${(backMs / 1_000).toFixed(2)} s`,
      ok: backMs <= BACK_WITHIN_MS,
    },
    { what: `${what}: throttled calls`, goal: '= 0', measured: String(throttled), ok: throttled === 0 },
  ];
}
