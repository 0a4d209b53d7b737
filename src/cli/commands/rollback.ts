/** `slipway rollback SERVICE` and `slipway retry ID`: each opens a deployment, and follows it to its end. */
import type { Given } from '../arguments/declaration.ts';
import { RETRY, ROLLBACK } from '../declarations/deploying.ts';
import { acceptedLines } from '../remote/accepted-lines.ts';
import { type RemoteDesk, remoteDesk } from '../remote/desk.ts';
import { reasonFrom } from '../remote/reason.ts';
import { type Remote, remoteVerb } from '../remote/remote-verb.ts';
import { waitForEnd, waitFrom } from '../remote/wait-for-end.ts';
import { deploymentIdOf } from '../remote/which-deployment.ts';
import { afterStart } from './deploy.ts';

export function rollback(args: readonly string[], desk: RemoteDesk = remoteDesk): Promise<number> {
  return remoteVerb(ROLLBACK, { args, desk, calls: ['startRollback', 'readDeployment'], run: rollBackService });
}

export function retry(args: readonly string[], desk: RemoteDesk = remoteDesk): Promise<number> {
  return remoteVerb(RETRY, { args, desk, calls: ['retryDeployment', 'readDeployment'], run: retryDeployment });
}

async function rollBackService(remote: Remote, { values, words: [service = ''] }: Given<typeof ROLLBACK.options>) {
  const wait = waitFrom(values);
  const reason = reasonFrom(values.reason);
  const { client, url, desk } = remote;
  const opened = await client.startRollback({ service, reason, ...(values.to === undefined ? {} : { to: values.to }) });
  if (!values.detach) {
    const exit = await waitForEnd(remote, { id: opened.id, wait });
    // A rollback that ends a rollout in flight is that rollout, and its end is what was asked.
    return exit === 'rolledBack' ? 'good' : exit;
  }
  remote.show(opened, (visible) => acceptedLines(visible, { url, width: desk.width() }));
  return 'good';
}

async function retryDeployment(remote: Remote, { values, words: [word = ''] }: Given<typeof RETRY.options>) {
  const wait = waitFrom(values);
  const reason = reasonFrom(values.reason);
  const id = await deploymentIdOf(remote.client, word);
  const answer = await remote.client.retryDeployment({ id, reason });
  return afterStart(remote, { answer, wait, isDetached: values.detach });
}
