/** `slipway promote|pause|resume|skip|abort|approve ID`: steers a deployment in flight. */
import type { Given } from '../arguments/declaration.ts';
import { wholeNumber } from '../arguments/whole-number.ts';
import { SIGNALS } from '../declarations/signals.ts';
import { deploymentLines } from '../print/deployment-lines.ts';
import { type RemoteDesk, remoteDesk } from '../remote/desk.ts';
import { reasonFrom } from '../remote/reason.ts';
import { type Calls, type Remote, remoteVerb } from '../remote/remote-verb.ts';
import { deploymentIdOf } from '../remote/which-deployment.ts';

export type SignalName = keyof typeof SIGNALS;

export const SIGNAL_CALLS = {
  promote: 'promoteDeployment',
  pause: 'pauseDeployment',
  resume: 'resumeDeployment',
  skip: 'skipDeployment',
  abort: 'abortDeployment',
  approve: 'approveDeployment',
} as const satisfies Readonly<Record<SignalName, Calls[number]>>;

export function signal(name: SignalName) {
  return (args: readonly string[], desk: RemoteDesk = remoteDesk): Promise<number> =>
    remoteVerb(SIGNALS[name], {
      args,
      desk,
      calls: [SIGNAL_CALLS[name]],
      run: (remote, given) => send(remote, { name, given }),
    });
}

interface Sending {
  readonly name: SignalName;
  readonly given: Given<(typeof SIGNALS)[SignalName]['options']>;
}

const STEP_MAX = 1_000;

async function send(
  remote: Remote,
  {
    name,
    given: {
      values,
      words: [word = ''],
    },
  }: Sending,
) {
  const { client, desk } = remote;
  const reason = reasonFrom(values.reason);
  const step = values.step === undefined ? {} : { step: wholeNumber(values.step, { name: 'step', max: STEP_MAX }) };
  const id = await deploymentIdOf(client, word);
  const answer = await client[SIGNAL_CALLS[name]]({ id, reason, ...step });
  remote.show(answer, (visible) => [
    `${name}: recorded. It takes effect in a moment.`,
    ...deploymentLines(visible, { width: desk.width(), now: desk.clock.now() }),
  ]);
  return 'good' as const;
}
