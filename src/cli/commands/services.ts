/** `slipway services`, `check`, `remove` and `release`: the register of services. */
import type { Given } from '../arguments/declaration.ts';
import { CHECK, RELEASE, REMOVE, SERVICES } from '../declarations/services.ts';
import { findingLines, hasErrors } from '../print/finding-lines.ts';
import { serviceLines, servicesTable } from '../print/service-lines.ts';
import { wrapped } from '../print/wrapped.ts';
import { type RemoteDesk, remoteDesk } from '../remote/desk.ts';
import { reasonFrom } from '../remote/reason.ts';
import { type Remote, remoteVerb } from '../remote/remote-verb.ts';

export function services(args: readonly string[], desk: RemoteDesk = remoteDesk): Promise<number> {
  return remoteVerb(SERVICES, { args, desk, calls: ['listServices', 'readService'], run: showServices });
}

export function check(args: readonly string[], desk: RemoteDesk = remoteDesk): Promise<number> {
  return remoteVerb(CHECK, { args, desk, calls: ['checkService'], run: checkService });
}

export function remove(args: readonly string[], desk: RemoteDesk = remoteDesk): Promise<number> {
  return remoteVerb(REMOVE, { args, desk, calls: ['removeService', 'readService'], run: removeService });
}

export function release(args: readonly string[], desk: RemoteDesk = remoteDesk): Promise<number> {
  return remoteVerb(RELEASE, { args, desk, calls: ['releaseService'], run: releaseService });
}

async function showServices(remote: Remote, { words: [name] }: Given<typeof SERVICES.options>) {
  const { client, desk } = remote;
  const order = { width: desk.width(), now: desk.clock.now() };
  if (name === undefined) remote.show(await client.listServices(), (visible) => servicesTable(visible, order));
  else remote.show(await client.readService({ name }), (visible) => serviceLines(visible, order));
  return 'good' as const;
}

async function checkService(remote: Remote, { words: [name = ''] }: Given<typeof CHECK.options>) {
  const answer = await remote.client.checkService({ name });
  const width = remote.desk.width();
  remote.show(answer, ({ findings }) =>
    findings.length === 0 ? [`${name} is ready to be deployed.`] : findingLines(findings, { width }),
  );
  return hasErrors(answer.findings) ? ('refused' as const) : ('good' as const);
}

async function removeService(remote: Remote, { values, words: [name = ''] }: Given<typeof REMOVE.options>) {
  const { client, desk } = remote;
  if (!values.yes) {
    await client.readService({ name });
    const fact = `This takes ${name} off the register, and ends the watch over its latest deployment. What runs stays as it is.`;
    desk.tell(wrapped({ sentence: `${fact} To do it: slipway remove ${name} --yes`, width: desk.width() }).join('\n'));
    return 'refused' as const;
  }
  await client.removeService({ name });
  remote.show({ removed: name }, () => [`${name} is off the register.`]);
  return 'good' as const;
}

async function releaseService(remote: Remote, { values, words: [name = ''] }: Given<typeof RELEASE.options>) {
  const answer = await remote.client.releaseService({ name, reason: reasonFrom(values.reason) });
  remote.show(answer, ({ released }) =>
    released.length === 0
      ? [`No revision of ${name} was quarantined.`]
      : released.map((run) => `Released: ${run.replace('/pipeline-runs/', 'slipway run ')}`),
  );
  return 'good' as const;
}
