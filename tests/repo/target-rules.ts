/** Counts the files of src that ask for the kind of a target, in any spelling of the question. */
import { lineAt, type Source } from './sources.ts';

/** The files that may ask, with the reason of each. docs/decisions/0045 explains the limit of ten. */
export const ASKING_FILES: Readonly<Record<string, string>> = {
  'src/domain/service/target.ts': 'The seam: the rules of each kind, and the one exhaustive switch.',
  'src/domain/deployment/deployment.ts': 'Each kind takes other artifacts, and says so in words of its own.',
  'src/domain/preflight/preflight.ts': 'Each kind says by other findings whether it is there.',
  'src/operations/targets/plan.ts': 'A plan reads the alias at once, or is the first order to a task.',
  'src/operations/targets/publish.ts': 'Lambda publishes a version; on a cluster the plan has made it.',
  'src/operations/targets/back.ts': 'One call takes the traffic of an alias back; a workload has a brake and a task.',
  'src/operations/targets/live-version.ts': 'Lambda knows its versions; those of a workload are in the ledger.',
  'src/aws/metric-sources.ts': 'Each kind has its metrics under other names and dimensions.',
  'src/twin/cloud/workload-calls.ts': 'The twin calls both kinds by one form of name.',
  'src/simulation/played-target.ts':
    'Before a seed begins, each kind of target is made; its moves are in another history.',
};

const QUESTIONS = [
  /\bforTarget\b(?=[(<])/g,
  /\bkind\)? ?(?:===?|!==?) ?['"](?:lambda|kubernetes)['"]/g,
  /['"](?:lambda|kubernetes)['"] ?(?:===?|!==?) ?\S*\bkind\b/g,
  /\bcase ['"](?:lambda|kubernetes)['"]/g,
  /['"](?:alias|function|workload|cluster|namespace|route|manifests)['"] in (?:\w+\.)*(?:target|alias|workload|there|was)\b/g,
  /\[(?:\w+\.)*target\.kind\]/g,
];

/** Returns each question about the kind of a target in a file that has no reason to ask. */
export function asksNoTargetItsKind({ path, text }: Source): string[] {
  if (path in ASKING_FILES) return [];
  return questionsIn(text).map(
    ({ index, words }) =>
      `${path}:${lineAt(text, index)}: ${words} asks for the kind of a target. Ask its rules (targetRules), or add a verb to src/operations/targets.`,
  );
}

export function questionsIn(text: string): readonly { readonly index: number; readonly words: string }[] {
  return QUESTIONS.flatMap((question) => [...text.matchAll(question)].map(({ index, 0: words }) => ({ index, words })));
}

/** A file that has to know the alias or the workload itself, because a port or a rule accepts only that kind. */
export function takesOneKind({ path, text }: Source): boolean {
  return (
    path !== 'src/domain/service/target.ts' &&
    /\bon(?:Alias|Cluster)\b[^;]* from '[^']*\/service\/target\.ts';/.test(text)
  );
}
