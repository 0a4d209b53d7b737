/**
 * Runs a team's own hooks. A function passes when it returns without an error. It fails when its answer says
 * `{"passed": false}` or has a `statusCode` of 400 or more; `detail` in the answer is shown. A webhook passes with a
 * 2xx.
 */
import { InvokeCommand, type InvokeCommandOutput, type LambdaClient } from '@aws-sdk/client-lambda';
import { SlipwayError } from '../domain/errors.ts';
import type { HookOrder, Hooks } from '../ports/hooks.ts';
import { attempt, isNamed } from './errors.ts';
import { postToPublicHost, type WebhookAnswer } from './webhook.ts';

export type PostWebhook = (request: { readonly url: string; readonly body: string }) => Promise<WebhookAnswer>;
type Outcome = Awaited<ReturnType<Hooks['run']>>;

const DETAIL_LENGTH_MAX = 500;

export function lambdaHooks(lambda: LambdaClient, post: PostWebhook = postToPublicHost): Hooks {
  return {
    run: (hook, order) =>
      'function' in hook
        ? runFunction(lambda, { name: hook.function, order })
        : runWebhook(post, { url: hook.webhook, order }),
  };
}

async function runFunction(
  lambda: LambdaClient,
  { name, order }: { name: string; order: HookOrder },
): Promise<Outcome> {
  try {
    const answer = await attempt({ what: `invoke the check ${name}`, action: 'lambda:InvokeFunction' }, () =>
      lambda.send(
        new InvokeCommand({ FunctionName: name, InvocationType: 'RequestResponse', Payload: JSON.stringify(order) }),
      ),
    );
    return functionOutcome(name, answer);
  } catch (error) {
    if (!isNamed(error, 'ResourceNotFoundException')) throw error;
    return failed(`There is no function ${name} to ask. Correct the hook, or create the function.`);
  }
}

function functionOutcome(name: string, { FunctionError, Payload }: InvokeCommandOutput): Outcome {
  const text = Payload === undefined ? '' : Buffer.from(Payload).toString('utf8');
  const answer = parsed(text);
  if (FunctionError !== undefined) return failed(`The check ${name} broke: ${words(answer.errorMessage) ?? text}`);
  const said = words(answer.detail) ?? words(answer.body);
  if (answer.passed === false) return failed(said ?? `The check ${name} said no.`);
  if (typeof answer.statusCode === 'number' && answer.statusCode >= 400) {
    return failed(`The check ${name} answered ${answer.statusCode}${said === undefined ? '.' : `: ${said}`}`);
  }
  return { passed: true, detail: short(said ?? `The check ${name} passed.`) };
}

async function runWebhook(post: PostWebhook, { url, order }: { url: string; order: HookOrder }): Promise<Outcome> {
  const host = URL.canParse(url) ? new URL(url).host : url;
  const answer = await post({ url, body: JSON.stringify(order) });
  if ('refused' in answer) return failed(answer.refused);
  const said = answer.text === '' ? '.' : `: ${answer.text}`;
  if (answer.status >= 500) {
    throw new SlipwayError(
      'Transient',
      `The webhook at ${host} answered ${answer.status}${said} It may work in a moment.`,
    );
  }
  if (answer.status >= 200 && answer.status < 300) return { passed: true, detail: `The webhook at ${host} passed.` };
  const redirect =
    answer.status >= 300 && answer.status < 400 ? ' Redirects are not followed; name the final address.' : '';
  return failed(`The webhook at ${host} answered ${answer.status}${said}${redirect}`);
}

function parsed(text: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}

function words(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

function failed(detail: string): Outcome {
  return { passed: false, detail: short(detail) };
}

function short(detail: string): string {
  return detail.length <= DETAIL_LENGTH_MAX ? detail : `${detail.slice(0, DETAIL_LENGTH_MAX)}...`;
}
