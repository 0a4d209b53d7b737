/** `slipway apply -f slipway.yml`: registers services from their files, after a person has seen what changes. */

import { specWritten } from '../../api/spec/written-alarms.ts';
import { isSlipwayError, SlipwayError } from '../../domain/errors.ts';
import type { ServiceSpec } from '../../domain/service/service-spec.ts';
import { type Planned, planLines } from '../apply/apply-lines.ts';
import { type AppliedFile, readFiles, withProblem } from '../apply/read-files.ts';
import { specDifference } from '../apply/spec-difference.ts';
import { type Ask, isAgreed, terminalAsk } from '../arguments/ask-at-terminal.ts';
import type { Given } from '../arguments/declaration.ts';
import { APPLY } from '../declarations/apply.ts';
import { lintLines } from '../lint/formats/text.ts';
import { findingLines, hasErrors } from '../print/finding-lines.ts';
import { visibleAnswer } from '../print/visible.ts';
import { wrapped } from '../print/wrapped.ts';
import { type RemoteDesk, remoteDesk } from '../remote/desk.ts';
import { type Remote, remoteVerb } from '../remote/remote-verb.ts';

export interface ApplyDesk extends RemoteDesk {
  readonly ask: Ask | null;
}

const desk: ApplyDesk = { ...remoteDesk, ask: terminalAsk };

const CALLS = ['readService', 'putService', 'checkService'] as const;

export function apply(args: readonly string[], at: ApplyDesk = desk): Promise<number> {
  return remoteVerb(APPLY, { args, desk: at, calls: CALLS, run: (remote, given) => applyFiles(remote, { given, at }) });
}

type Options = typeof APPLY.options;

/** One file, whose spec is valid, and what it would change. */
interface Plan extends Planned {
  readonly file: AppliedFile;
  readonly spec: ServiceSpec;
}

async function applyFiles(remote: Remote, { given, at }: { readonly given: Given<Options>; readonly at: ApplyDesk }) {
  const { values, words } = given;
  const named = [...words, ...(values.file ?? [])];
  const files = readFiles(named.length === 0 ? ['slipway.yml'] : named);
  const takeFrom = values['take-from'];
  if (takeFrom !== undefined && files.length > 1) {
    throw new SlipwayError('InvalidRequest', 'Only one service can take the target of another. Name one file.');
  }
  const valid = files.flatMap(({ spec }, index) =>
    spec === null ? [] : [{ file: files[index] as AppliedFile, spec }],
  );
  if (valid.length < files.length) return refuse(remote, files);
  const plans: Plan[] = [];
  for (const one of valid) plans.push(await planned(remote, one));
  // Without a change of the spec, the part for the rehearsal is still news to a Slipway on this machine.
  const changing = plans.filter((plan) => isChange(plan) || (values.yes && plan.isRehearsed));
  const isOnlyPlan = values['dry-run'] || changing.length === 0;
  if (isOnlyPlan || !remote.isJson || !values.yes) {
    remote.show({ services: plans.map(shownPlan), applied: false }, () =>
      plans.flatMap((plan) => planLines(plan, at.width())),
    );
  }
  if (isOnlyPlan) return 'good' as const;
  if (!values.yes && (remote.isJson || !(await isAgreed(at.ask)))) {
    at.tell('\nNothing was changed. Say yes to the question, or run it with --yes.');
    return 'refused' as const;
  }
  return register(remote, { changing, takeFrom });
}

/** The registered spec has every default, and the one of the file gets them too. */
async function planned(remote: Remote, { file, spec }: Pick<Plan, 'file' | 'spec'>): Promise<Plan> {
  const { name } = spec;
  // No answer has the part for the rehearsal, because the register does not keep it.
  const { rehearsal, ...kept } = specWritten(spec);
  const plan = { file, spec, path: file.path, name, isRehearsed: rehearsal !== undefined };
  try {
    const live = await remote.client.readService({ name });
    return { ...plan, revision: live.revision, changes: specDifference(live.spec, kept) };
  } catch (error) {
    if (!isSlipwayError(error, 'NotFound')) throw error;
    return { ...plan, revision: null, changes: [] };
  }
}

function isChange({ revision, changes }: Planned): boolean {
  return revision === null || changes.length > 0;
}

function shownPlan({ path, name, revision, changes }: Planned) {
  return { path, name, revision, changes };
}

interface Registering {
  readonly changing: readonly Plan[];
  readonly takeFrom: string | undefined;
}

/** One service after the other: what is registered before a refusal stays, and is said. */
async function register(remote: Remote, { changing, takeFrom }: Registering) {
  const services: object[] = [];
  for (const plan of changing) {
    const { name, file } = plan;
    const more = takeFrom === undefined ? {} : { takeFrom };
    const refused: AppliedFile | { readonly revision: number } = await remote.client
      .putService({ name, spec: file.document.value as never, ...more })
      .catch((error: unknown) => refusedFile(file, error));
    if ('path' in refused) return refuse(remote, [refused]);
    const { revision } = refused;
    if (!remote.isJson) remote.show(revision, () => ['', `${name} is registered: revision ${revision}.`]);
    const { findings } = await remote.client.checkService({ name });
    if (!remote.isJson) remote.show(findings, (visible) => checkLines(name, { findings: visible, remote }));
    services.push({ ...shownPlan(plan), revision, findings });
  }
  if (remote.isJson) remote.show({ services, applied: true }, () => []);
  return 'good' as const;
}

function checkLines(
  name: string,
  { findings, remote }: { readonly findings: Parameters<typeof findingLines>[0]; readonly remote: Remote },
): string[] {
  const width = remote.desk.width();
  const fact = 'Until then a deployment would be refused. To check again:';
  if (hasErrors(findings)) return [...findingLines(findings, { width }), `${fact} slipway check ${name}`];
  if (findings.length > 0) return findingLines(findings, { width });
  return wrapped({ sentence: `${name} is ready to be deployed.`, width });
}

/** The server's pointers as places of the file. Throws what is not about a field. */
function refusedFile(file: AppliedFile, error: unknown): AppliedFile {
  const errors = isSlipwayError(error) ? error.details.errors : undefined;
  if (!Array.isArray(errors) || errors.length === 0) throw error;
  return errors.reduce<AppliedFile>(
    (marked, { pointer, detail }) => withProblem(marked, { pointer: String(pointer), message: String(detail) }),
    file,
  );
}

function refuse({ desk: at, isJson }: Remote, files: readonly AppliedFile[]) {
  const wrong = files.filter(({ problems }) => problems.some(({ severity }) => severity === 'error'));
  const shown = wrong.map(({ path, problems }) => ({ path, problems }));
  if (isJson) at.print(JSON.stringify({ applied: false, files: visibleAnswer(shown) }, null, 2));
  else at.tell(lintLines(wrong, { hasExcerpts: at.isScreen(), width: at.width() }).join('\n'));
  return 'refused' as const;
}
