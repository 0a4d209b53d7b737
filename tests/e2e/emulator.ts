/** An own AWS account on the loopback interface. It is started for a run and removed after it. */
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePorts } from '../cluster/free-ports.ts';
import { localProcesses } from '../cluster/local-processes.ts';
import { installEmulator } from './emulator-build.ts';

export interface Emulator {
  readonly url: string;
  stop(): Promise<void>;
}

/** These keys are no secret: the emulator has no other root user. */
export const ROOT_USER = { AWS_ACCESS_KEY_ID: 'test', AWS_SECRET_ACCESS_KEY: 'test', AWS_REGION: 'us-east-1' } as const;

export async function startEmulator(): Promise<Emulator> {
  const program = await installEmulator();
  const [port = 0] = await freePorts(1);
  const url = `http://127.0.0.1:${port}`;
  const folder = mkdtempSync(join(tmpdir(), 'slipway-emulator-'));
  const settings = {
    ...ROOT_USER,
    // The folder into which it unpacks the functions.
    TMPDIR: folder,
    GATEWAY_PORT: String(port),
    BIND_HOST: '127.0.0.1',
    // The address must be the same everywhere: functions answer CloudFormation only at their AWS_ENDPOINT_URL.
    MINISTACK_HOST: '127.0.0.1',
    // Roles and policies count. Without this setting every caller may do everything.
    AUTH: 'true',
    // With this part on, the emulator would listen on a port of every interface.
    IOT_MTLS_ENABLED: '0',
    LOG_LEVEL: 'INFO',
  };
  const processes = localProcesses(folder);
  const assignments = Object.entries(settings).map(([name, value]) => `${name}=${value}`);
  // The functions must not get the Node and the loader options of the tests.
  processes.start({ name: 'ministack', program: 'env', args: ['-u', 'NODE_OPTIONS', ...assignments, program] });
  try {
    await processes.until('the emulator answers', () => answers(url));
  } catch (error) {
    await processes.stop();
    throw error;
  }
  return { url, stop: () => processes.stop() };
}

export async function answers(url: string): Promise<boolean> {
  try {
    // Any answer is enough, because the paths differ between emulators.
    await fetch(url, { signal: AbortSignal.timeout(2_000) });
    return true;
  } catch {
    return false;
  }
}
