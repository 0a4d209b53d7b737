import { hostsOf } from '../../src/simulation/hosts.ts';
import { drawLedgerTroubles } from '../../src/simulation/ledger-troubles.ts';
import { rehearsalLedger } from '../../src/twin/ledger/ledger.ts';
import { seededRandom } from '../../src/twin/random.ts';
import type { Ports } from '../../src/twin/workflow/tasks.ts';
import { NOON, sampleDeployment, settableClock } from '../contracts/store-samples.ts';

function twoHosts() {
  const clock = settableClock();
  const ledger = rehearsalLedger({ clock });
  const random = seededRandom('hosts');
  const hosts = hostsOf({ clock, ledger, random, aheadMs: [2_000, -3_000], outside: {} as Ports });
  const [ahead, behind] = hosts.all;
  if (ahead === undefined || behind === undefined) throw new Error('There are two hosts.');
  return { ledger, hosts, ahead, behind };
}

test('a machine writes the time of its own clock, and all machines see what it wrote', async () => {
  const { ahead, behind } = twoHosts();
  await ahead.deployments.open({
    deployment: sampleDeployment('d1'),
    entries: [{ kind: 'DeploymentOpened', by: 'ada', because: 'A test' }],
  });
  await behind.deployments.record('d1', ({ deployment }) => ({
    deployment,
    entries: [{ kind: 'RolloutPlanned', by: 'slipway', because: 'A test' }],
  }));
  const entries = await ahead.deployments.timeline('d1');
  expect(entries.map(({ at }) => at - NOON)).toEqual([2_000, -3_000]);
});

test('ids from a machine whose clock is behind sort before ids that other machines made earlier', () => {
  const { ahead, behind } = twoHosts();
  const [earlier, later] = [ahead.ids.next('dep'), behind.ids.next('dep')];
  expect(later < earlier).toBe(true);
  expect(new Set([earlier, later, ahead.ids.next('dep')]).size).toBe(3);
});

test('an invocation runs on either of the two machines', () => {
  const { hosts } = twoHosts();
  expect(new Set(Array.from({ length: 20 }, () => hosts.draw())).size).toBe(2);
});

test('clocks differ by up to five seconds, on both sides of true time, and in some seeds one clock is right', () => {
  const drawn = Array.from({ length: 500 }, (_, seed) => drawLedgerTroubles(seededRandom(seed)).clocksAheadMs);
  const apart = drawn.map((ahead) => Math.max(...ahead) - Math.min(...ahead));
  expect(Math.max(...apart)).toBeLessThanOrEqual(5_000);
  expect(Math.max(...apart)).toBeGreaterThan(4_900);
  expect(drawn.every((ahead) => Math.max(...ahead) >= 0 && Math.min(...ahead) <= 0)).toBe(true);
  expect(drawn.filter((ahead) => ahead.length === 1).length).toBeGreaterThan(100);
});
