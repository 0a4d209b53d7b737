/** `slipway watch`: follows a deployment that is in flight already, or says how it ended. */
import { isSlipwayError, SlipwayError } from '../../domain/errors.ts';
import type { Given } from '../arguments/declaration.ts';
import { WATCH } from '../declarations/deploying.ts';
import { type RemoteDesk, remoteDesk } from '../remote/desk.ts';
import type { ExitName } from '../remote/exit-codes.ts';
import { followRun } from '../remote/follow-run.ts';
import { type Remote, remoteVerb } from '../remote/remote-verb.ts';
import { type Wait, waitForEnd, waitFrom } from '../remote/wait-for-end.ts';
import { deploymentIdOf, isDeploymentId } from '../remote/which-deployment.ts';

export function watch(args: readonly string[], desk: RemoteDesk = remoteDesk): Promise<number> {
  return remoteVerb(WATCH, {
    args,
    desk,
    // The keys of the screen send signals, so a token that is made for this command may do that.
    calls: ['readDeployment', 'explainDeployment', 'promoteDeployment'],
    run: watchOne,
  });
}

async function watchOne(remote: Remote, { values, words: [word] }: Given<typeof WATCH.options>): Promise<ExitName> {
  const wait = waitFrom({ ...values, detach: false });
  if (word === undefined) return waitForEnd(remote, { id: await onlyInFlight(remote), wait });
  if (isDeploymentId(word)) {
    // A watch outlasts a restart of the server. With a wrong address, and no --timeout, it would never end.
    if (wait.timeoutMs === undefined) await remote.client.readDeployment({ id: word });
    return waitForEnd(remote, { id: word, wait });
  }
  return watchNamed(remote, { word, wait });
}

/** A word that names no service may be a run of the pipeline, whose ids CodePipeline makes. */
async function watchNamed(remote: Remote, { word, wait }: { word: string; wait: Wait }): Promise<ExitName> {
  try {
    return await waitForEnd(remote, { id: await deploymentIdOf(remote.client, word), wait });
  } catch (error) {
    if (!isRunId(word) || !isSlipwayError(error)) throw error;
    return followRun(remote, { id: word, wait });
  }
}

function isRunId(word: string): boolean {
  return /^[0-9a-f]{8}-[0-9a-f-]{27}$/.test(word);
}

async function onlyInFlight({ client }: Remote): Promise<string> {
  const { items } = await client.listDeployments({ status: ['inFlight'], limit: 20 });
  const [first, ...others] = items ?? [];
  if (first === undefined)
    throw new SlipwayError('NotFound', 'Nothing is in flight. Name a service to see its latest deployment.');
  if (others.length === 0) return first.id;
  const names = [first, ...others].map(({ service }) => service).join(', ');
  throw new SlipwayError('InvalidRequest', `Several are in flight: ${names}. Name one: slipway watch ${first.service}`);
}
