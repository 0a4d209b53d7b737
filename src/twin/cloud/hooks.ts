/**
 * The port Hooks. A function is invoked in the rehearsed cloud; a webhook is called as the composition says. The
 * verdict of a function is as in AWS: it passes unless it fails, answers `{"passed": false}` or has a `statusCode` of
 * 400 or more.
 */
import { isSlipwayError, SlipwayError } from '../../domain/errors.ts';
import type { HookOrder, Hooks } from '../../ports/hooks.ts';
import type { DataPlane } from '../load/invocation.ts';

type Outcome = Awaited<ReturnType<Hooks['run']>>;
export type WebhookAnswer =
  | { readonly status: number; readonly text: string }
  | { readonly refused: string }
  | 'unreachable';
export type PostWebhook = (request: { readonly url: string; readonly body: string }) => Promise<WebhookAnswer>;

export function rehearsedHooks({ dataPlane, post }: { dataPlane: DataPlane; post: PostWebhook }): Hooks {
  return {
    run: (hook, order) =>
      'function' in hook
        ? runFunction(dataPlane, { name: hook.function, order })
        : runWebhook(post, { url: hook.webhook, order }),
  };
}

async function runFunction(dataPlane: DataPlane, { name, order }: { name: string; order: HookOrder }) {
  const [functionName = name, qualifier] = name.split(':');
  const answer = await dataPlane.invoke({ functionName, qualifier, event: order }).catch((error: unknown) => {
    if (isSlipwayError(error, 'NotFound')) return failed(`${error.message} Or correct the hook.`);
    throw error;
  });
  if ('passed' in answer) return answer;
  switch (answer.outcome) {
    case 'throttled':
      throw new SlipwayError('Transient', `The check ${name} was throttled. It may work in a moment.`, {
        details: { throttled: true },
      });
    case 'failed':
      return failed(`The check ${name} broke: ${answer.message}`);
    case 'answered':
      return judgeAnswer(name, answer.payload);
  }
}

function judgeAnswer(name: string, payload: unknown): Outcome {
  const answer = typeof payload === 'object' && payload !== null ? (payload as Record<string, unknown>) : {};
  const said = words(answer.detail) ?? words(answer.body);
  if (answer.passed === false) return failed(said ?? `The check ${name} said no.`);
  const { statusCode } = answer;
  if (typeof statusCode === 'number' && statusCode >= 400) {
    return failed(`The check ${name} answered ${statusCode}${said === undefined ? '.' : `: ${said}`}`);
  }
  return { passed: true, detail: said ?? `The check ${name} passed.` };
}

async function runWebhook(post: PostWebhook, { url, order }: { url: string; order: HookOrder }): Promise<Outcome> {
  const answer = await post({ url, body: JSON.stringify(order) });
  const host = URL.canParse(url) ? new URL(url).host : url;
  if (answer === 'unreachable') {
    throw new SlipwayError('Transient', `Could not reach the webhook at ${host}. It may work in a moment.`);
  }
  if ('refused' in answer) return failed(answer.refused);
  const said = answer.text === '' ? '.' : `: ${answer.text}`;
  if (answer.status >= 500) {
    const fact = `The webhook at ${host} answered ${answer.status}${said}`;
    throw new SlipwayError('Transient', `${fact} It may work in a moment.`);
  }
  if (answer.status >= 200 && answer.status < 300) return { passed: true, detail: `The webhook at ${host} passed.` };
  return failed(`The webhook at ${host} answered ${answer.status}${said}`);
}

/** A table of answers by address. An address without an entry is refused, so that a typo cannot pass a check. */
export function webhookTable(answers: Readonly<Record<string, WebhookAnswer>>): PostWebhook {
  return async ({ url }) =>
    answers[url] ?? { refused: `The rehearsal has no answer for the webhook ${url}. Add it to its table.` };
}

function words(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

function failed(detail: string): Outcome {
  return { passed: false, detail };
}
