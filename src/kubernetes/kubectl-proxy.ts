/**
 * Runs `kubectl proxy` on its own socket, started once for all calls of a task. Other users cannot reach the socket:
 * only this user may enter its folder. The proxy ends with the process that started it, however that process ends.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  CALL_MS,
  contextArguments,
  environmentOf,
  type KubectlEnd,
  type KubectlSettings,
  killGroup,
  STDERR_LENGTH_MAX,
} from './run-kubectl.ts';

export interface ProxySocket {
  readonly socket: string;
}

export interface KubectlProxy {
  /** Starts the proxy if it is not running. When kubectl ended before it listened, returns how it ended. */
  reach(): Promise<ProxySocket | KubectlEnd>;
  /** Ends the proxy that uses, or should use, the socket. The next call starts a new proxy. */
  drop(socket: ProxySocket): void;
  /**
   * Called after a connection to the proxy was lost. Resolves when it is known whether the proxy has died, which is
   * reported a moment after its connections end.
   */
  settle(socket: ProxySocket): Promise<void>;
  close(): void;
}

/**
 * Waits on descriptor 3 for the end of the process that holds the other end, then ends its own process group. A killed
 * process closes its descriptors too. kubectl replaces the shell, so that the end of kubectl is seen as such.
 */
const SCRIPT = `(read -r _ <&3; rm -rf "$0"; kill -s KILL -- "-$$") >/dev/null 2>&1 &
exec "$@" 3<&-`;

/** Only what Slipway needs. Commands in a pod, and connections to or through a pod, are not allowed. */
const LIMITS = [
  '--accept-paths=^/(api|apis)/',
  '--reject-paths=/(exec|attach|portforward|proxy)(/|$)',
  '--reject-methods=^(CONNECT|HEAD|OPTIONS|TRACE)$',
  '--accept-hosts=^localhost$',
];

/** Much longer than needed, even on an overloaded machine. */
const DEATH_HEARD_MS = 500;

export function kubectlProxy(settings: KubectlSettings): KubectlProxy {
  let starting: Promise<Started | KubectlEnd> | null = null;
  let running: Started | null = null;
  const drop = (socket: ProxySocket | null) => {
    if (running === null || running !== socket) return;
    end(running);
    running = null;
  };
  return {
    async reach() {
      if (running !== null && isOver(running)) drop(running);
      if (running !== null) return running;
      starting ??= start(settings);
      const started = await starting;
      starting = null;
      if (!('child' in started)) return started;
      running = started;
      return started;
    },
    drop,
    async settle(socket) {
      if (running === null || running !== socket || isOver(running)) return;
      const { child } = running;
      const timing = new AbortController();
      await Promise.race([once(child, 'exit', timing), sleep(DEATH_HEARD_MS, undefined, timing)]);
      timing.abort();
    },
    close: () => drop(running),
  };
}

interface Started extends ProxySocket {
  readonly child: ChildProcess;
  readonly folder: string;
}

function start(settings: KubectlSettings): Promise<Started | KubectlEnd> {
  const { kubectl, callMs = CALL_MS } = settings;
  const folder = mkdtempSync(join(tmpdir(), 'slipway-kubectl-'));
  const socket = join(folder, 'socket');
  // When the server's address has a path, as with gateways to several clusters, requests go below that path.
  const args = ['proxy', `--unix-socket=${socket}`, '--append-server-path', ...LIMITS, ...contextArguments(settings)];
  return new Promise((settle) => {
    const child = spawn('/bin/sh', ['-c', SCRIPT, folder, kubectl, ...args], {
      env: environmentOf(settings),
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
    });
    const said = { stdout: '', stderr: '' };
    const finish = (result: Started | KubectlEnd) => {
      clearTimeout(timer);
      if (!('child' in result)) end({ child, folder });
      settle(result);
    };
    const timer = setTimeout(() => finish({ end: 'outOfTime', limitMs: callMs, stderr: said.stderr }), callMs);
    child.once('error', (cause) => finish({ end: 'notStarted', cause }));
    // The last output may come after the exit.
    child.once('exit', (code, signal) => setImmediate(() => finish(endOf({ code, signal }, said))));
    child.stderr?.setEncoding('utf8').on('data', (part: string) => {
      said.stderr = (said.stderr + part).slice(-STDERR_LENGTH_MAX);
    });
    child.stdout?.setEncoding('utf8').on('data', (part: string) => {
      said.stdout = (said.stdout + part).slice(-STDERR_LENGTH_MAX);
      if (!said.stdout.includes('Starting to serve on ')) return;
      letGo(child);
      finish({ child, folder, socket });
    });
  });
}

function isOver({ child }: Started): boolean {
  return child.exitCode !== null || child.signalCode !== null;
}

/** Ends the proxy and removes what is left of it. */
function end({ child, folder }: Pick<Started, 'child' | 'folder'>): void {
  killGroup(child);
  rmSync(folder, { recursive: true, force: true });
  for (const stream of child.stdio) stream?.destroy();
}

/** From now on the proxy does not keep the process alive. Calls do, while they are under way. */
function letGo(child: ChildProcess): void {
  child.unref();
  for (const stream of child.stdio) (stream as (Readable & { unref?: () => void }) | null)?.unref?.();
}

/** The two exit codes of a shell for a program that does not exist or may not be run. */
const NOT_FOUND = 127;
const NOT_EXECUTABLE = 126;

function endOf(
  { code, signal }: { readonly code: number | null; readonly signal: string | null },
  said: { readonly stdout: string; readonly stderr: string },
): KubectlEnd {
  if (code === null) return { end: 'killed', signal: signal ?? 'unknown' };
  if (code !== NOT_FOUND && code !== NOT_EXECUTABLE) return { end: 'exited', code, ...said };
  const cause = Object.assign(new Error(said.stderr.trim()), { code: code === NOT_FOUND ? 'ENOENT' : 'EACCES' });
  return { end: 'notStarted', cause };
}
