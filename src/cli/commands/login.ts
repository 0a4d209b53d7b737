/** `slipway login`, `logout` and `whoami`: which Slipway this machine calls, and as whom. */
import { config } from '../../config.ts';
import { isSlipwayError, SlipwayError } from '../../domain/errors.ts';
import type { Given } from '../arguments/declaration.ts';
import { withArguments } from '../arguments/read-arguments.ts';
import { LOGIN, LOGOUT, WHOAMI } from '../declarations/session.ts';
import { type RemoteDesk, remoteDesk } from '../remote/desk.ts';
import { type Profile, profilePath, readProfiles, writeProfiles } from '../remote/profile-file.ts';
import { type Remote, remoteVerb } from '../remote/remote-verb.ts';
import { claimsOf, endOf } from '../remote/token-sources.ts';

export function login(args: readonly string[], desk: RemoteDesk = remoteDesk): Promise<number> {
  return remoteVerb(LOGIN, { args, desk, calls: ['listServices'], makesProfile: true, run: logIn });
}

export function whoami(args: readonly string[], desk: RemoteDesk = remoteDesk): Promise<number> {
  return remoteVerb(WHOAMI, { args, desk, calls: ['listServices'], run: tellWho });
}

export function logout(args: readonly string[], desk: RemoteDesk = remoteDesk): Promise<number> {
  return withArguments(LOGOUT, { args, print: desk.print, run: (given) => logOut(given, desk) });
}

/** Nothing is saved that the server does not accept. */
async function logIn(remote: Remote, { values }: Given<typeof LOGIN.options>) {
  const { client, url, token, profile: name } = remote;
  if (values.as !== undefined)
    throw new SlipwayError('InvalidRequest', 'A local person needs no login. Give --as NAME with each command.');
  await client.listServices();
  const isGiven = values.token !== undefined || (values.stage === undefined && config.SLIPWAY_TOKEN !== undefined);
  const secret = isGiven ? ((await token.read()) ?? undefined) : undefined;
  const profile: Profile = { url, token: secret, stage: values.stage, audience: values.audience };
  const path = profilePath(config.CONFIG_HOME);
  const { profiles } = readProfiles(path);
  writeProfiles(path, { current: name, profiles: { ...profiles, [name]: profile } });
  remote.show({ url, profile: name, token: token.from, file: path }, (saved) => [
    `${saved.url} lets you in, with ${saved.token}.`,
    `Saved as the profile ${saved.profile} in ${saved.file}`,
  ]);
  return 'good' as const;
}

async function logOut({ values }: Given<typeof LOGOUT.options>, { print }: RemoteDesk): Promise<number> {
  const path = profilePath(config.CONFIG_HOME);
  const { current, profiles } = readProfiles(path);
  const name = values.profile ?? config.SLIPWAY_PROFILE ?? current;
  const { [name]: gone, ...others } = profiles;
  if (gone !== undefined) writeProfiles(path, { current: name === current ? 'default' : current, profiles: others });
  const said = gone === undefined ? `There is no profile ${name}.` : `The profile ${name} is deleted from ${path}`;
  print(values.json ? JSON.stringify({ profile: name, deleted: gone !== undefined }) : said);
  return 0;
}

async function tellWho(remote: Remote) {
  const { client, url, profile, token } = remote;
  const text = await token.read();
  const claims = text === null ? null : claimsOf(text);
  const refusal = await client.listServices().then(
    () => null,
    (error: unknown) => {
      if (isSlipwayError(error)) return error;
      throw error;
    },
  );
  const said = {
    url,
    profile,
    token: token.from,
    subject: claims?.sub ?? (text?.startsWith('local:') ? text : null),
    issuer: claims?.iss ?? null,
    grants: claims?.grants ?? null,
    until: text === null ? null : isoOrNull(endOf(text)),
    accepted: refusal === null,
    because: refusal?.message ?? null,
  };
  remote.show(said, (visible) => [
    `${visible.url}  (profile ${visible.profile})`,
    `  token     ${visible.token}`,
    ...(visible.subject === null ? [] : [`  subject   ${visible.subject}`]),
    ...(visible.issuer === null ? [] : [`  issuer    ${visible.issuer}`]),
    ...(visible.grants === null ? [] : [`  grants    ${JSON.stringify(visible.grants)}`]),
    ...(visible.until === null ? [] : [`  until     ${visible.until}`]),
    visible.accepted ? '  The server lets you in.' : `  The server does not let you in: ${visible.because}`,
  ]);
  return refusal === null ? ('good' as const) : ('notReached' as const);
}

function isoOrNull(ms: number | null): string | null {
  return ms === null ? null : new Date(ms).toISOString();
}
