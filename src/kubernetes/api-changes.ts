/**
 * Waits for changes through watches of the API server. A watch that cannot start, or that has ended, is no error: from
 * then on the caller looks once a second, as without watches.
 */
import type { IncomingMessage } from 'node:http';
import * as z from 'zod/mini';
import type { ChangeQuery } from '../domain/workload/cluster-call.ts';
import type { Changes } from '../ports/changes.ts';
import type { Api } from './api-call.ts';
import { withQuery } from './api-objects.ts';
import { openAnswer } from './api-request.ts';
import type { PathOf } from './api-resources.ts';
import { jsonOf, labelSelector } from './kubectl-objects.ts';
import type { KubectlProxy } from './kubectl-proxy.ts';
import { CALL_MS, type KubectlSettings } from './run-kubectl.ts';

interface Watcher {
  readonly api: Api;
  readonly pathOf: PathOf;
  readonly proxy: KubectlProxy;
  readonly settings: KubectlSettings;
}

/** The interval without a watch. */
const LOOK_EVERY_MS = 1_000;
/** The API server begins its answer at once. A proxy in between that holds the answer back makes a watch useless. */
const BEGUN_WITHIN_MS = 2_000;

export async function followChanges(watcher: Watcher, queries: readonly ChangeQuery[]): Promise<Changes> {
  const answers = await Promise.all(queries.map((query) => openWatch(watcher, query)));
  let isBroken = answers.includes(null);
  let hasChanged = false;
  let wake = () => {};
  const tell = () => {
    hasChanged = true;
    wake();
  };
  for (const answer of answers) {
    answer?.on('data', tell);
    answer?.on('error', () => {});
    answer?.once('close', () => {
      isBroken = true;
      tell();
    });
  }
  return {
    async next(withinMs) {
      const limitMs = isBroken ? Math.min(withinMs, LOOK_EVERY_MS) : withinMs;
      // The next look sees what was missed while a watch broke.
      if (!hasChanged) {
        await new Promise<void>((settle) => {
          const timer = setTimeout(settle, limitMs);
          wake = () => {
            clearTimeout(timer);
            settle();
          };
        });
      }
      hasChanged = false;
    },
    end() {
      for (const answer of answers) answer?.removeAllListeners('close').destroy();
    },
  };
}

const Listed = z.looseObject({ metadata: z.looseObject({ resourceVersion: z.string() }) });

/** The watch starts at the present state, so that the next looks miss nothing. */
async function openWatch(watcher: Watcher, query: ChangeQuery): Promise<IncomingMessage | null> {
  const { api, pathOf, proxy, settings } = watcher;
  const { apiVersion, kind, namespace, labels = {}, name } = query;
  const what = `watch ${kind} in namespace ${namespace}`;
  try {
    const place = await pathOf({ apiVersion, kind, namespace }, what);
    const selected = {
      labelSelector: labelSelector(labels),
      fieldSelector: name === undefined ? '' : `metadata.name=${name}`,
    };
    const path = withQuery(place, { ...selected, limit: '1' });
    const { metadata } = Listed.parse(jsonOf((await api({ method: 'GET', path, what, reads: true })) ?? ''));
    const reached = await proxy.reach();
    if ('end' in reached) return null;
    const watch = withQuery(place, { ...selected, watch: 'true', resourceVersion: metadata.resourceVersion });
    const limitMs = Math.min(settings.callMs ?? CALL_MS, BEGUN_WITHIN_MS);
    return await openAnswer({ socket: reached.socket, limitMs }, watch);
  } catch {
    return null;
  }
}
