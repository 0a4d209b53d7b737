/**
 * Starts kubectl for one answer: a child process without a shell, with only the given environment, and with limits of
 * time and output. The result is a value that says how the call ended; other files decide what that means.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { tmpdir } from 'node:os';

export interface KubectlSettings {
  /** The path of the program, or its name on the PATH of `environment`. */
  readonly kubectl: string;
  /**
   * The whole environment of kubectl: PATH, HOME and KUBECONFIG. On PATH it finds `diff` and the credential programs of
   * a kubeconfig. In HOME it caches what it knows about the cluster. In a pod also KUBERNETES_SERVICE_HOST and
   * KUBERNETES_SERVICE_PORT.
   */
  readonly environment: Readonly<Record<string, string>>;
  /** A context of the kubeconfig; its current context when left out. */
  readonly context?: string | undefined;
  /** The limit of one call; 20 seconds when left out. */
  readonly callMs?: number | undefined;
}

export interface KubectlRun {
  readonly args: readonly string[];
  readonly input?: string | undefined;
  /** True when the call may not use the network. */
  readonly offline?: boolean | undefined;
}

export type KubectlEnd =
  | { readonly end: 'exited'; readonly code: number; readonly stdout: string; readonly stderr: string }
  | { readonly end: 'killed'; readonly signal: string }
  | { readonly end: 'notStarted'; readonly cause: Error }
  | { readonly end: 'outOfTime'; readonly limitMs: number; readonly stderr: string }
  | { readonly end: 'tooLong'; readonly limitBytes: number };

export const CALL_MS = 20_000;
export const ANSWER_BYTES_MAX = 20 << 20;
/** The end of the output is kept, because it holds the error. */
export const STDERR_LENGTH_MAX = 64 << 10;

/**
 * Set for every call. A person's kuberc may make every delete a dry run and force every apply. Messages in another
 * language would not be understood. Without a HOME, kubectl would write into the working directory.
 */
const FIXED = { KUBERC: 'off', LC_ALL: 'C', KUBECTL_EXTERNAL_DIFF: 'diff -u -N' };

const NOWHERE = 'http://127.0.0.1:1';
/**
 * No program listens at this proxy address, and git may use no protocol. So only this machine itself can be reached.
 */
const OFFLINE = { HTTP_PROXY: NOWHERE, HTTPS_PROXY: NOWHERE, NO_PROXY: '', no_proxy: '', GIT_ALLOW_PROTOCOL: 'none' };

export function runKubectl(settings: KubectlSettings, { args, input = '', offline }: KubectlRun): Promise<KubectlEnd> {
  const { kubectl, callMs = CALL_MS } = settings;
  // kubectl's own limit is for each request, and one call makes several requests. So it does not replace the limit
  // below.
  const first = [`--request-timeout=${callMs}ms`, ...contextArguments(settings)];
  return new Promise((settle) => {
    const child = spawn(kubectl, [...(offline === true ? [] : first), ...args], {
      env: { ...environmentOf(settings), ...(offline === true ? OFFLINE : {}) },
      // Its own process group, so that everything that it started ends with it.
      detached: true,
    });
    const output = collect(child, () => finish({ end: 'tooLong', limitBytes: ANSWER_BYTES_MAX }));
    const finish = (end: KubectlEnd) => {
      clearTimeout(timer);
      if (end.end === 'outOfTime' || end.end === 'tooLong') killGroup(child);
      settle(end);
    };
    const timer = setTimeout(() => finish({ end: 'outOfTime', limitMs: callMs, stderr: output.stderr() }), callMs);
    child.once('error', (cause) => finish({ end: 'notStarted', cause }));
    child.once('close', (code, signal) =>
      finish(
        code === null
          ? { end: 'killed', signal: signal ?? 'unknown' }
          : { end: 'exited', code, stdout: output.stdout(), stderr: output.stderr() },
      ),
    );
    // kubectl may end before it has read all of the input; then its exit code says why.
    child.stdin.on('error', () => {});
    child.stdin.end(input);
  });
}

export function contextArguments({ context }: KubectlSettings): readonly string[] {
  return context === undefined ? [] : [`--context=${context}`];
}

export function environmentOf({ environment }: KubectlSettings): Record<string, string> {
  return { HOME: tmpdir(), ...environment, ...FIXED };
}

function collect({ stdout, stderr }: ChildProcess, onTooLong: () => void) {
  const parts: Buffer[] = [];
  let bytes = 0;
  let complaint = '';
  stdout?.on('data', (part: Buffer) => {
    bytes += part.length;
    if (bytes > ANSWER_BYTES_MAX) onTooLong();
    else parts.push(part);
  });
  stderr?.setEncoding('utf8').on('data', (part: string) => {
    complaint = (complaint + part).slice(-STDERR_LENGTH_MAX);
  });
  return { stdout: () => Buffer.concat(parts).toString('utf8'), stderr: () => complaint };
}

/** Ends the process and everything that it started. */
export function killGroup({ pid }: ChildProcess): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // The process has ended in the meantime.
  }
}
