import { DEPLOYMENT_KINDS, type EntryKind } from '../../src/domain/deployment/timeline.ts';
import { stories, unseen } from './stories.ts';

test('the seeds show every kind of timeline entry', async () => {
  const missing = new Set<EntryKind>(DEPLOYMENT_KINDS);
  // This entry needs minutes of repeated failures; tests/workflows covers it.
  missing.delete('RollBackFailed');
  // No seed removes a service, or moves it to another target; tests/operations/targets covers this entry.
  missing.delete('WatchEnded');
  // In the seeds a caller asks for every run of the pipeline, and no commit is pushed; tests/functions/pushed-commits
  // covers this entry.
  missing.delete('ApprovalGiven');
  // This entry needs an update in progress of code that is already live; tests/workflows covers it.
  missing.delete('DeploymentUnchanged');
  // Only the errors of a real handler can be seen one by one; tests/embedded/embedded-handlers covers this entry.
  missing.delete('FirstErrorSeen');
  for await (const { kinds } of stories()) {
    for (const kind of kinds) missing.delete(kind);
    if (missing.size === 0) break;
  }
  expect([...missing]).toEqual([]);
});

test('the seeds show a promotion and a rollback of every route, on both targets', async () => {
  const routes = ['lambda', 'rolling', 'replicas', 'blueGreen', 'httpRoute', 'albIngress'];
  const ends = [
    'rollout by ROUTE promoted',
    'rollout by ROUTE rolledBack',
    'rollout by ROUTE superseded',
    'rollback by ROUTE rolledBack',
  ];
  const missing = new Set(routes.flatMap((route) => ends.map((end) => end.replace('ROUTE', route))));
  for await (const { ends: seen } of stories()) {
    for (const end of seen) missing.delete(end);
    if (missing.size === 0) break;
  }
  expect([...missing]).toEqual([]);
});

test('the seeds show what other tools in an account do to a rollout, without an injected fault', async () => {
  const wanted = {
    'a version is Pending': /VersionPublished .*still Pending/,
    'a version has Failed': /TaskFailed .*is Failed/,
    'an alias on $LATEST is refused': /^\S+ deploy \w+ to archive.*InvalidRequest.*\$LATEST/,
    'an alarm with its actions off is no evidence': /VerdictReached .*inconclusive: .*has its actions off/,
    'an alarm that is away holds a promotion': /VerdictReached .*does not exist any more/,
    'a throttle delays a step': /StepDelayed .*Rate exceeded/,
  };
  expect(await unseen(new Map(Object.entries(wanted)))).toEqual([]);
});

test('the seeds show lost answers, a ledger that is away, and callers that repeat a request', async () => {
  const wanted = {
    'an opening is done and its caller hears of a failure': /503 Transient: The answer of open was lost/,
    'a claim of a key is done and its caller hears of a failure': /503 Transient: The answer of claim was lost/,
    'a write fails while reads succeed': /503 Transient: What is behind \w+ is read-only/,
    'the ledger is away': /503 Transient: What is behind \w+ is away/,
    'a caller has no answer': /: no answer$/,
    'a repeat has an answer': /, again: 202 dep-/,
    'somebody changes a rollout in haste': /roll \w+ back in haste: 202/,
  };
  expect(await unseen(new Map(Object.entries(wanted)))).toEqual([]);
});
