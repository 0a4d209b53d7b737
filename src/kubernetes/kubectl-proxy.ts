/**
 * `kubectl proxy` on a socket of its own, started once for all calls of a task. Nobody else can reach it: the socket is in a
 * folder that only this user may enter. It ends with the process that started it, however that one ends.
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
  /** Starts it where it does not run. Answers with how kubectl ended where it did not get so far as to listen. */
  reach(): Promise<ProxySocket | KubectlEnd>;
  /** Ends the one that listens, or should listen, on the socket: the next call starts another one. */
  drop(socket: ProxySocket): void;
  /** After a connection to it was lost: resolves when it is known whether it has died, which is heard a moment after its connections end. */
  settle(socket: ProxySocket): Promise<void>;
  close(): void;
}

/**
 * Waits on descriptor 3 for the end of the process that holds the other end, and then ends its whole group, itself with it. A
 * killed process closes its descriptors too. kubectl takes the place of the shell, so that its own end is seen as such.
 */
const SCRIPT = `(read -r _ <&3; rm -rf "$0"; kill -s KILL -- "-$$") >/dev/null 2>&1 &
exec "$@" 3<&-`;

/** What Slipway asks for. Commands in a pod, ways to its ports and through it to others are not among it. */
const LIMITS = [
  '--accept-paths=^/(api|apis)/',
  '--reject-paths=/(exec|attach|portforward|proxy)(/|$)',
  '--reject-methods=^(CONNECT|HEAD|OPTIONS|TRACE)$',
  '--accept-hosts=^localhost$',
];

/** Much longer than it takes, also on a machine that has no time. */
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
  // A server behind a path, as gateways to several clusters have it, is asked below that path.
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
    // Its last words may come after its end.
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

/** Whatever is left of it. */
function end({ child, folder }: Pick<Started, 'child' | 'folder'>): void {
  killGroup(child);
  rmSync(folder, { recursive: true, force: true });
  for (const stream of child.stdio) stream?.destroy();
}

/** From now on it keeps nobody from ending: calls do, while they are under way. */
function letGo(child: ChildProcess): void {
  child.unref();
  for (const stream of child.stdio) (stream as (Readable & { unref?: () => void }) | null)?.unref?.();
}

/** The two codes with which a shell says that there is no such program, or that it may not be run. */
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
