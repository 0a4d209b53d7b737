/** `slipway open` and `slipway docs`: print an address of the server, and open it in the browser of a person. */
import { spawn } from 'node:child_process';
import { config } from '../../config.ts';
import type { Given } from '../arguments/declaration.ts';
import { withArguments } from '../arguments/read-arguments.ts';
import { DOCS, OPEN } from '../declarations/session.ts';
import { connect } from '../remote/connection.ts';
import { type RemoteDesk, remoteDesk } from '../remote/desk.ts';

export function open(args: readonly string[], desk: RemoteDesk = remoteDesk): Promise<number> {
  return withArguments(OPEN, { args, print: desk.print, run: (given) => show(given, { path: '/', desk }) });
}

export function docs(args: readonly string[], desk: RemoteDesk = remoteDesk): Promise<number> {
  return withArguments(DOCS, { args, print: desk.print, run: (given) => show(given, { path: '/docs', desk }) });
}

type Values = Given<typeof OPEN.options>;

async function show({ values }: Values, { path, desk }: { readonly path: string; readonly desk: RemoteDesk }) {
  const none = { token: undefined, as: undefined, stage: undefined };
  const { url } = await connect({ ...values, ...none }, { needs: 'viewer', ports: desk });
  const address = `${url}${path}`;
  desk.print(address);
  if (!values.print && desk.isScreen()) openInBrowser(address);
  return 0;
}

const OPENERS: Readonly<Record<string, readonly string[]>> = { darwin: ['open'], win32: ['cmd', '/c', 'start', ''] };

/** The address is printed already, so a machine without a browser is no error. The browser gets no token. */
function openInBrowser(address: string): void {
  const [program = 'xdg-open', ...args] = OPENERS[process.platform] ?? ['xdg-open'];
  const child = spawn(program, [...args, address], {
    stdio: 'ignore',
    detached: true,
    env: config.BROWSER_ENVIRONMENT,
  });
  child.on('error', () => {});
  child.unref();
}
