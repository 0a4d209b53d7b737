import { rehearsalLedger } from '../../src/twin/ledger/ledger.ts';
import { storeContract } from './store-contract.ts';
import { NOON, sampleDeployment, sampleEntry, settableClock } from './store-samples.ts';

storeContract({ name: 'the rehearsal’s twin', empty: async (clock) => rehearsalLedger({ clock }) });

test('the view shows the tables as they are: locks, tokens, timelines, and unsent messages', async () => {
  const ledger = rehearsalLedger({ clock: settableClock() });
  const view = ledger.view();
  await ledger.deployments.open({ deployment: sampleDeployment('d-1'), entries: [sampleEntry('DeploymentOpened')] });
  await ledger.deployments.record('d-1', ({ deployment }) => ({ deployment, entries: [], wait: { token: 'token' } }));
  await ledger.outbox.recordPublished(['d-1-0001-event'], NOON + 1);
  expect(view.deployments.get('d-1')).toMatchObject({ id: 'd-1', fence: 1 });
  expect(view.locks.get('checkout')).toEqual({ deploymentId: 'd-1', fence: 1 });
  expect(view.waits.get('d-1')).toBe('token');
  expect(view.timeline.get('d-1')).toHaveLength(1);
  expect([...view.inFlight]).toEqual(['d-1']);
  expect([...view.pending.keys()]).toEqual(['d-1-0001-notice']);
  expect(view.outbox.get('d-1-0001-event')?.publishedAt).toBe(NOON + 1);
});
