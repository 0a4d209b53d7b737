/**
 * Shows what an apply would change: the API server computes the result, and `diff` compares it with the live objects.
 */
import { type ClusterObject, objectName } from '../domain/workload/cluster-object.ts';
import type { Kubectl } from './kubectl-call.ts';
import { objectsInput, secretsOf } from './kubectl-objects.ts';

export async function diffObjects(
  { kubectl, manager }: { readonly kubectl: Kubectl; readonly manager: string },
  objects: readonly ClusterObject[],
): Promise<string> {
  if (objects.length === 0) return '';
  const stdout = await kubectl({
    what: `compare ${objects.map(objectName).join(', ')} with the cluster`,
    args: ['diff', '--server-side', manager, '--filename=-'],
    input: objectsInput(objects),
    secrets: secretsOf(objects),
    answersWith: [1],
    reads: true,
  });
  return withPlainHeaders(stdout);
}

/** Removes temporary folders and times, so that the same change gives the same text. */
function withPlainHeaders(diff: string): string {
  const header = /^diff -u -N .*?\/LIVE-\d+\/(\S+) .*\n--- .*\n\+\+\+ .*\n/gm;
  return diff.replace(header, '--- live/$1\n+++ applied/$1\n');
}
