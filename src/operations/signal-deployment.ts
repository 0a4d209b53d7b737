/** What a person wants of a rollout: promote, pause, resume, skip, approve. The signal is written first, the token answered second. */
import type { Deployment } from '../domain/deployment.ts';
import { SlipwayError } from '../domain/errors.ts';
import { takenUp, wasTakenUp } from '../domain/keyed-request.ts';
import { type ADVANCES, acceptSignal } from '../domain/signal.ts';
import type { Change, Clock, Deployments, Recorded, Workflows } from '../ports.ts';

export interface SignalDeploymentPorts {
  readonly deployments: Deployments;
  readonly workflows: Workflows;
  readonly clock: Clock;
}

export interface SignalDeploymentInput {
  readonly id: string;
  readonly signal: (typeof ADVANCES)[number];
  readonly reason: string;
  readonly by: string;
  readonly requestKey?: string | null;
}

export async function signalDeployment(
  ports: SignalDeploymentPorts,
  input: SignalDeploymentInput,
): Promise<Deployment> {
  const { deployments, workflows, clock } = ports;
  const recorded = await deployments.record(input.id, (current) => changeFor(current, { ...input, at: clock.now() }));
  if (recorded.waitToken !== null) await workflows.answer(recorded.waitToken);
  return recorded.deployment;
}

function changeFor(
  { deployment }: Recorded,
  { signal, reason, by, requestKey = null, at }: SignalDeploymentInput & { readonly at: number },
): Change | null {
  const request = { by, requestKey, now: at };
  // A repeat of a signal that has been taken up since would be a second one: an approval of the step after.
  if (wasTakenUp(deployment, request)) return null;
  const asked = takenUp(deployment, request);
  const acceptance = acceptSignal(deployment, signal);
  switch (acceptance.answer) {
    case 'refused':
      throw new SlipwayError('Conflict', acceptance.because);
    case 'known':
      return asked === deployment ? null : { deployment: asked, entries: [] };
    case 'record':
      return {
        deployment: { ...asked, signal: { kind: signal, because: reason, by, at } },
        entries: [{ kind: 'SignalReceived', by, because: reason, data: { signal } }],
      };
  }
}
