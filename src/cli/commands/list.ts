/** `slipway list [SERVICE]`: deployments, newest first. */
import type { Given } from '../arguments/declaration.ts';
import { wholeNumber } from '../arguments/whole-number.ts';
import { LIST } from '../declarations/reading.ts';
import { listLines } from '../print/list-lines.ts';
import { type RemoteDesk, remoteDesk } from '../remote/desk.ts';
import { type Remote, remoteVerb } from '../remote/remote-verb.ts';

const LIMIT_MAX = 100;

export function list(args: readonly string[], desk: RemoteDesk = remoteDesk): Promise<number> {
  return remoteVerb(LIST, { args, desk, calls: ['listDeployments', 'readService'], run: showList });
}

async function showList(remote: Remote, { values, words: [service] }: Given<typeof LIST.options>) {
  const { client, desk } = remote;
  const limit = wholeNumber(values.limit, { name: 'limit', max: LIMIT_MAX });
  const asked = { service, limit, status: values.status, cursor: values.cursor };
  const given = Object.fromEntries(Object.entries(asked).filter(([, value]) => value !== undefined));
  // The server knows the words for a status, and names them when it refuses one.
  const page = await client.listDeployments(given as Parameters<typeof client.listDeployments>[0]);
  if (service !== undefined && page.items?.length === 0) await client.readService({ name: service });
  remote.show(page, (visible) => listLines(visible, { width: desk.width(), now: desk.clock.now() }));
  return 'good' as const;
}
