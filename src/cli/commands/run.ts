/** `slipway run ID`: a run of the pipeline. */
import { RUN } from '../declarations/deploying.ts';
import { type RemoteDesk, remoteDesk } from '../remote/desk.ts';
import { showRun } from '../remote/follow-run.ts';
import { remoteVerb } from '../remote/remote-verb.ts';

export function run(args: readonly string[], desk: RemoteDesk = remoteDesk): Promise<number> {
  return remoteVerb(RUN, {
    args,
    desk,
    calls: ['readPipelineRun'],
    run: (remote, { words: [id = ''] }) => showRun(remote, id),
  });
}
