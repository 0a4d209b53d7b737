/** `slipway deploy SERVICE`: starts a deployment or a run of the pipeline, and follows it to its end. */

import type { contracts } from '../../api/all-contracts.ts';
import type { AnswerOf } from '../../api/answers.ts';
import type { RequestOf } from '../../api/route/contract.ts';
import type { PipelineRunView } from '../../api/views/pipeline-views.ts';
import type { DeploymentView, UnchangedView } from '../../api/views/views.ts';
import { SlipwayError } from '../../domain/errors.ts';
import type { Given, ValuesOf } from '../arguments/declaration.ts';
import { DEPLOY } from '../declarations/deploying.ts';
import { dryRunLines, hasErrors } from '../print/finding-lines.ts';
import { runLines } from '../print/run-lines.ts';
import { wrapped } from '../print/wrapped.ts';
import { acceptedLines } from '../remote/accepted-lines.ts';
import { type RemoteDesk, remoteDesk } from '../remote/desk.ts';
import type { ExitName } from '../remote/exit-codes.ts';
import { followRun } from '../remote/follow-run.ts';
import { type Remote, remoteVerb } from '../remote/remote-verb.ts';
import { type Wait, waitForEnd, waitFrom } from '../remote/wait-for-end.ts';

type Values = ValuesOf<typeof DEPLOY.options>;
type Request = RequestOf<(typeof contracts)['startDeployment']>;
type Answer = AnswerOf<'startDeployment'> | AnswerOf<'retryDeployment'>;

export function deploy(args: readonly string[], desk: RemoteDesk = remoteDesk): Promise<number> {
  return remoteVerb(DEPLOY, { args, desk, calls: ['startDeployment', 'readDeployment'], run: deployService });
}

async function deployService(remote: Remote, { values, words: [service = ''] }: Given<typeof DEPLOY.options>) {
  const wait = waitFrom(values);
  const answer = await remote.client.startDeployment(requestFrom(service, values));
  return afterStart(remote, { answer, wait, isDetached: values.detach });
}

export interface Started {
  readonly answer: Answer;
  readonly wait: Wait;
  readonly isDetached: boolean;
}

/** The server answers with a deployment, a run of the pipeline, a dry run, or what is live already. */
export async function afterStart(remote: Remote, { answer, wait, isDetached }: Started): Promise<ExitName> {
  const width = remote.desk.width();
  if (isDryRun(answer)) {
    remote.show(answer, (visible) => dryRunLines(visible, { width }));
    return hasErrors(answer.findings) ? 'refused' : 'good';
  }
  if (isUnchanged(answer)) {
    remote.show(answer, ({ service, because }) => wrapped({ sentence: `${service}: ${because}`, width }));
    return 'good';
  }
  const { url } = remote;
  if (isRun(answer)) {
    if (!isDetached) return followRun(remote, { id: answer.id, wait });
    remote.show(answer, (visible) => runLines(visible, { width, now: remote.desk.clock.now() }));
    return 'good';
  }
  if (!isDetached) return waitForEnd(remote, { id: answer.id, wait });
  remote.show(answer, (visible) => acceptedLines(visible, { url, width }));
  return 'good';
}

function isDryRun(answer: Answer): answer is Extract<Answer, { findings: unknown }> {
  return 'findings' in answer;
}

function isUnchanged(answer: Answer): answer is UnchangedView {
  return 'outcome' in answer && answer.outcome === 'unchanged';
}

function isRun(answer: DeploymentView | PipelineRunView): answer is PipelineRunView {
  return 'stages' in answer;
}

function requestFrom(service: string, values: Values): Request {
  const { reason, commit, strategy, revision, supersede, hotfix } = values;
  const given = {
    service,
    ...subjectFrom(values),
    revision,
    reason,
    commit,
    strategy,
    dryRun: values['dry-run'] || undefined,
    supersede: supersede || undefined,
    hotfix: hotfix || undefined,
  };
  // A field that is undefined is left out of the JSON, and the server says what is wrong with the others.
  return given as Request;
}

const SUBJECTS = ['version', 'image', 's3', 'file', 'revision'] as const;

function subjectFrom(values: Values): Pick<Request, 'artifact' | 'version'> {
  const named = SUBJECTS.filter((subject) => values[subject] !== undefined);
  if (named.length !== 1) {
    const found =
      named.length === 0
        ? 'Nothing says what to deploy'
        : `${named.map((one) => `--${one}`).join(' and ')} each say what to deploy`;
    throw new SlipwayError('InvalidRequest', `${found}. Give one of --version, --image, --s3, --file and --revision.`);
  }
  const { version, image, s3, file } = values;
  if (version !== undefined) return { version };
  if (image !== undefined) return { artifact: { image } };
  if (file !== undefined) return { artifact: { s3: { bucket: 'local', key: file } } };
  return s3 === undefined ? {} : { artifact: { s3: objectFrom(s3) } };
}

function objectFrom(text: string): { readonly bucket: string; readonly key: string } {
  const [, bucket = '', key = ''] = /^(?:s3:\/\/)?([^/]+)\/(.+)$/s.exec(text) ?? [];
  if (key !== '') return { bucket, key };
  throw new SlipwayError(
    'InvalidRequest',
    `--s3 is ${JSON.stringify(text)}. Write BUCKET/KEY, such as builds/checkout.zip.`,
  );
}
