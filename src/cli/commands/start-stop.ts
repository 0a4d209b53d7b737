/** How `slipway start` stops: by Ctrl-C, SIGTERM or SIGHUP, and when nobody reads its output any more. */
import { type Deployment, isInFlight } from '../../domain/deployment/deployment.ts';
import { whenOutputCloses } from '../print/terminal.ts';

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
/** npm passes on the Ctrl-C that the terminal has sent to this process already. */
const SAME_KEY_MS = 500;
/** As a shell reports a process that was ended by Ctrl-C. */
const ENDED_BY_HAND = 130;

export interface StopSignal {
  /** Resolves at the first signal. A second signal ends the process at once. */
  readonly came: Promise<void>;
  /** Until this call, a signal ends the process: nothing is under way that a later start does not repair. */
  hold(): void;
}

export function stopSignal(): StopSignal {
  const { promise: came, resolve } = Promise.withResolvers<void>();
  let isHeld = false;
  let firstAt: number | null = null;
  const stop = () => {
    if (!isHeld) process.exit(0);
    firstAt ??= performance.now();
    resolve();
    if (performance.now() - firstAt > SAME_KEY_MS) process.exit(ENDED_BY_HAND);
  };
  for (const signal of SIGNALS) process.on(signal, stop);
  whenOutputCloses(() => {
    if (isHeld) resolve();
    else process.exit(0);
  });
  return {
    came,
    hold() {
      isHeld = true;
    },
  };
}

/** What a person reads at the stop: the rollouts that it interrupts, each by its service. */
export function farewell(deployments: readonly Deployment[], dataDir: string): string {
  const left = deployments.filter(isInFlight).map(inWords);
  return ['', `Stopping. The state stays in ${dataDir}/. Press Ctrl-C again to end at once.`, ...left].join('\n');
}

function inWords({ id, service, kind, status, atPercent }: Deployment): string {
  const what = `  ${service}: the ${kind} ${id}`;
  if (kind === 'rollback' || status === 'rollingBack')
    return `${what} is interrupted while it rolls back. The next start goes on with that, and shows it.`;
  return `${what} is interrupted at ${atPercent} % of the calls. The next start rolls it back, and shows it.`;
}
