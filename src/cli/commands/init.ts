/**
 * `slipway init`: writes slipway.yml for a service that runs already, from its tool's output, and says what is missing.
 */
import { existsSync } from 'node:fs';
import { dirname, relative, resolve } from 'node:path';
import { parse } from 'yaml';
import { readServiceSpec } from '../../api/spec/service-spec.ts';
import { SlipwayError } from '../../domain/errors.ts';
import type { Target } from '../../domain/service/service-spec.ts';
import { onCluster, targetKey } from '../../domain/service/target.ts';
import { adoptionOf } from '../adopt/adoption.ts';
import type { Point } from '../adopt/adoption-facts.ts';
import { chosen } from '../adopt/choice.ts';
import type { FoundFunction } from '../adopt/found-function.ts';
import { handlerSource } from '../adopt/handler-source.ts';
import { pointLines, snippetLines } from '../adopt/init-report.ts';
import type { FoundWorkload } from '../adopt/kubernetes-documents.ts';
import { type LiveReader, operatorReader, readLiveSource } from '../adopt/live-source.ts';
import { readSource, type Source } from '../adopt/read-source.ts';
import type { Snippet } from '../adopt/snippet.ts';
import { snippetFor } from '../adopt/snippets/for-tool.ts';
import { functionSpecText, workloadSpecText } from '../adopt/spec-text.ts';
import { strayFiles } from '../adopt/stray-files.ts';
import { workloadPoints } from '../adopt/workload-points.ts';
import type { Given, ValuesOf } from '../arguments/declaration.ts';
import { withArguments } from '../arguments/read-arguments.ts';
import { INIT } from '../declarations/init.ts';
import { type NewFile, writeNewFiles } from '../files/new-files.ts';
import { readServiceFile } from '../files/service-file.ts';

export interface InitDesk {
  /** Standard output. */
  readonly print: (text: string) => void;
  readonly live: (region: string | undefined) => LiveReader;
}

const desk: InitDesk = { print: console.log, live: operatorReader };

type Values = ValuesOf<typeof INIT.options>;

/** The texts to print and to write, made before anything is written. */
interface Draft {
  readonly title: string;
  readonly points: readonly Point[];
  readonly spec: string;
  readonly snippet: Snippet | null;
}

export function init(args: readonly string[], at: InitDesk = desk): Promise<number> {
  return withArguments(INIT, { args, print: at.print, run: (given) => initService(given, at) });
}

async function initService(
  { values, words: [path] }: Given<typeof INIT.options>,
  { print, live }: InitDesk,
): Promise<number> {
  const { unread, ...source } = values.live
    ? await readLiveSource(live(values.region), { functionName: nameOf(values, path), alias: values.alias })
    : { ...readSource(path ?? '.'), unread: [] };
  const draft = withUnread(draftFor(source, values), unread);
  const target = checkedTarget(draft.spec, values.out);
  const isMissing = draft.points.some(({ state }) => state === 'missing');
  const files = values.check ? [] : newFiles(draft, { values, target });
  writeNewFiles(files);
  print([`${draft.title}, from ${source.path}:`, '', ...pointLines(draft.points)].join('\n'));
  const written = values.check ? null : (values['write-snippet'] ?? null);
  if (draft.snippet !== null) print(snippetLines(draft.snippet, written).join('\n'));
  print(`\n${closing({ values, files, isMissing })}`);
  return values.check && isMissing ? 1 : 0;
}

function nameOf(values: Values, path: string | undefined): string | undefined {
  if (path === undefined) return values.function;
  throw refused('--live reads AWS and no file: slipway init --live --function NAME');
}

function withUnread(draft: Draft, unread: readonly string[]): Draft {
  return { ...draft, points: [...draft.points, ...unread.map((text): Point => ({ state: 'look', text }))] };
}

function draftFor(source: Source, values: Values): Draft {
  const all = [
    ...source.functions.map((found) => ({ item: { found } as const, names: found.names })),
    ...source.workloads.map((workload) => ({ item: { workload } as const, names: [workload.name] })),
  ];
  const choice = chosen<{ readonly found?: FoundFunction; readonly workload?: FoundWorkload }>(all, {
    wanted: values.function,
    path: source.path,
  });
  if (choice.workload !== undefined) return workloadDraft(choice.workload, values);
  if (choice.found !== undefined) return functionDraft(choice.found, { source, values });
  throw refused(`${source.path} has no Lambda function and no Deployment.`);
}

function functionDraft(
  found: FoundFunction,
  { source, values }: { readonly source: Source; readonly values: Values },
): Draft {
  const { 'function-name': functionName, alias, service } = values;
  const adoption = adoptionOf(found, { functionName, alias, service });
  const from = dirname(resolve(values.out));
  const roots = source.folders.map((folder) => resolve(folder));
  const folders = roots.flatMap((root) => [...found.codeFolders.map((folder) => resolve(root, folder)), root]);
  const handler = found.handler === null ? null : handlerSource({ handler: found.handler, folders, from });
  return {
    title: `The function ${found.names[0]}`,
    points: adoption.points,
    spec: functionSpecText({ adoption, handler }),
    snippet: snippetFor(adoption),
  };
}

function workloadDraft(workload: FoundWorkload, { cluster, namespace, service, out }: Values): Draft {
  const folder = relative(dirname(resolve(out)), resolve(workload.folder)) || '.';
  if (folder.startsWith('..')) {
    const fact = `The manifests are in ${folder}, and slipway.yml may name a folder below its own only.`;
    throw refused(`${fact} Write slipway.yml above them: --out FILE.`);
  }
  const [stray] = strayFiles({ folder: workload.folder, out });
  if (stray !== undefined) {
    const fact = `${stray} would lie among the manifests in ${folder}, and Slipway reads every YAML and JSON file there as one.`;
    throw refused(`${fact} Put the manifests into a folder of their own, and name that: slipway init manifests`);
  }
  const there = specThere({ out, workload: workload.name });
  return {
    title: `The Deployment ${workload.name}`,
    points: workloadPoints(workload, { cluster: cluster ?? there?.cluster, alarms: there?.alarms ?? [] }),
    spec: workloadSpecText({ workload, cluster, namespace, service, folder }),
    snippet: null,
  };
}

/** The spec that a team has written already for the same workload. */
function specThere({ out, workload }: { readonly out: string; readonly workload: string }): {
  readonly cluster: string;
  readonly alarms: readonly string[];
} | null {
  if (!existsSync(out)) return null;
  const { target: written, alarms } = readServiceFile(out);
  const target = onCluster(written);
  return target?.workload === workload ? { cluster: target.cluster, alarms } : null;
}

/** The text is parsed like Slipway's own input before it is written. */
function checkedTarget(text: string, path: string): Target {
  const read = readServiceSpec(parse(text));
  if (read.ok) return read.spec.target;
  const problems = read.errors.map(({ pointer, detail }) => `  ${pointer}  ${detail}`);
  const fact = `${path} would not be a service that can be registered:`;
  throw refused([fact, ...problems, 'Give what is wrong as an option: slipway init --help'].join('\n'));
}

function newFiles(
  { spec, snippet }: Draft,
  { values, target }: { readonly values: Values; readonly target: Target },
): NewFile[] {
  const { out, 'write-snippet': file } = values;
  const lines = snippet?.text ?? null;
  return [
    ...(isOurs(out, target) ? [] : [{ path: out, text: spec, option: '--out' }]),
    ...(file === undefined || lines === null ? [] : [{ path: file, text: lines, option: '--write-snippet' }]),
  ];
}

/** An existing spec of the same target is kept: its team may have added to it. */
function isOurs(path: string, target: Target): boolean {
  if (!existsSync(path)) return false;
  const there = readServiceFile(path).target;
  const workload = onCluster(target)?.workload;
  return workload === undefined ? targetKey(there) === targetKey(target) : onCluster(there)?.workload === workload;
}

interface Outcome {
  readonly values: Values;
  readonly files: readonly NewFile[];
  readonly isMissing: boolean;
}

function closing({ values, files, isMissing }: Outcome): string {
  const next = isMissing
    ? 'Add what is missing, let your tool make its output again, and run slipway init --check on it.'
    : `Nothing is missing. ${nextStep(values)}`;
  if (values.check) return `Nothing was written. ${next}`;
  const isWritten = files.some(({ path }) => path === values.out);
  const fact = isWritten ? `Wrote ${values.out}.` : `${values.out} is there already, and stays as it is.`;
  return `${fact} ${next}`;
}

/** With --check the file may not be there yet. */
function nextStep({ check, out }: Values): string {
  if (check && !existsSync(out)) return `Run slipway init without --check; it writes ${out}.`;
  return `Register it: slipway apply -f ${out}`;
}

function refused(message: string): SlipwayError {
  return new SlipwayError('InvalidRequest', message);
}
