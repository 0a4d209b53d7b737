/**
 * Finds circles of imports, of files and of folders. An import that takes only types counts, because a reader follows
 * it too.
 */
import { posix } from 'node:path';
import { importsOf } from './import-rules.ts';
import type { Source } from './sources.ts';

type Graph = ReadonlyMap<string, ReadonlySet<string>>;

export function circleProblems(sources: readonly Source[]): string[] {
  const files = fileGraph(sources);
  return [...circlesIn(files), ...circlesIn(folderGraph(files))].map(
    (circle) => `${circle.join(' ')}: a circle of imports. Move what they share below all of them.`,
  );
}

function fileGraph(sources: readonly Source[]): Graph {
  return new Map(sources.map((source) => [source.path, new Set(importsOf(source))]));
}

function folderGraph(files: Graph): Graph {
  const folders = new Map<string, Set<string>>();
  for (const [path, imports] of files) {
    const from = posix.dirname(path);
    const others = [...imports].map((name) => posix.dirname(name)).filter((folder) => folder !== from);
    folders.set(from, new Set([...(folders.get(from) ?? []), ...others]));
  }
  return folders;
}

/** Returns the sets of nodes that reach each other, each in the order of its names. */
function circlesIn(graph: Graph): string[][] {
  const reached = new Map([...graph.keys()].map((node) => [node, reachedFrom(graph, node)]));
  const circles = [...graph.keys()]
    .sort()
    .map((node) => [...(reached.get(node) ?? [])].filter((other) => reached.get(other)?.has(node)).sort());
  return circles.filter(
    (circle, index) => circle.length > 0 && circles.findIndex(([first]) => first === circle[0]) === index,
  );
}

/** Returns every node at the end of a path. A node reaches itself only through another one. */
function reachedFrom(graph: Graph, start: string): ReadonlySet<string> {
  const found = new Set<string>();
  const queue = [start];
  for (let node = queue.pop(); node !== undefined; node = queue.pop()) {
    for (const next of graph.get(node) ?? []) {
      if (!graph.has(next) || found.has(next)) continue;
      found.add(next);
      queue.push(next);
    }
  }
  return found;
}
