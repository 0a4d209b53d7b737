/** Which Slipway a command calls, and with whose token: from options, environment and profile, in that order. */
import { type SlipwayClient, slipwayClient } from '../../api/client.ts';
import { config } from '../../config.ts';
import type { Role } from '../../domain/access/grant.ts';
import { SlipwayError } from '../../domain/errors.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Ids } from '../../ports/ids.ts';
import type { Pause } from '../../ports/pause.ts';
import { type Profile, type Profiles, profilePath, readProfiles } from './profile-file.ts';
import { remoteFetch } from './remote-fetch.ts';
import { givenToken, jobToken, noToken, signedToken, stackOf, type TokenSource } from './token-sources.ts';

export interface ConnectionValues {
  readonly url: string | undefined;
  readonly token: string | undefined;
  readonly as: string | undefined;
  readonly stage: string | undefined;
  readonly profile: string | undefined;
}

export interface ConnectionPorts {
  readonly clock: Clock;
  readonly ids: Ids;
  readonly pause: Pause;
  readonly readInput: () => Promise<string>;
}

export interface Connection {
  readonly url: string;
  /** The name of the profile, also when there is none of that name. */
  readonly profile: string;
  readonly token: TokenSource;
  /** Repeats a request whose answer was lost. */
  readonly client: SlipwayClient;
  /** Tries once, for a caller that shows what is wrong and tries again itself. */
  readonly oneTry: SlipwayClient;
}

const USUAL_URL = 'http://localhost:4000';

export interface ConnectOrder {
  /** The role that the command needs at the most; a token that is made for the command has this role. */
  readonly needs: Role;
  readonly ports: ConnectionPorts;
  /** True for a command that makes the profile which it names. */
  readonly makesProfile?: boolean;
}

export async function connect(
  values: ConnectionValues,
  { needs, ports, makesProfile = false }: ConnectOrder,
): Promise<Connection> {
  const profiles = readProfiles(profilePath(config.CONFIG_HOME));
  const name = values.profile ?? config.SLIPWAY_PROFILE ?? profiles.current;
  const profile = profileNamed(name, { profiles, isAsked: name !== profiles.current && !makesProfile });
  const url = checkedUrl(values.url ?? config.SLIPWAY_URL ?? profile.url ?? USUAL_URL);
  const token = await tokenFor(values, { url, name, profile, needs, ports });
  const client = (pausesMs?: readonly number[]) =>
    slipwayClient({
      baseUrl: url,
      timeoutMs: pausesMs === undefined ? PATIENCE_MS : ONE_TRY_MS,
      fetch: remoteFetch({ url, token, ...ports, ...(pausesMs === undefined ? {} : { pausesMs }) }),
    });
  return { url, profile: name, token, client: client(), oneTry: client([]) };
}

const PATIENCE_MS = 60_000;
const ONE_TRY_MS = 10_000;

function profileNamed(name: string, { profiles: { profiles }, isAsked }: { profiles: Profiles; isAsked: boolean }) {
  const profile = Object.hasOwn(profiles, name) ? profiles[name] : undefined;
  if (profile !== undefined || !isAsked) return profile ?? {};
  const known = Object.keys(profiles);
  const next = known.length === 0 ? 'Make it with slipway login.' : `There are: ${known.join(', ')}.`;
  throw new SlipwayError('InvalidRequest', `There is no profile ${JSON.stringify(name)}. ${next}`);
}

/** Throws InvalidRequest for what is no address of a server. A password in an address would end up in logs. */
export function checkedUrl(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : null;
  const isGood = url !== null && ['http:', 'https:'].includes(url.protocol) && url.username === '' && url.search === '';
  if (isGood) return text.replace(/\/+$/, '');
  const shown = JSON.stringify(text.replace(/\/\/[^/@]*@/, '//...@'));
  throw new SlipwayError('InvalidRequest', `${shown} is no address of a Slipway. Write one such as ${USUAL_URL}`);
}

interface TokenOrder {
  readonly url: string;
  readonly name: string;
  readonly profile: Profile;
  readonly needs: Role;
  readonly ports: ConnectionPorts;
}

async function tokenFor(values: ConnectionValues, order: TokenOrder): Promise<TokenSource> {
  const { profile, url, name, ports } = order;
  if (values.token !== undefined && values.as !== undefined)
    throw new SlipwayError('InvalidRequest', '--token and --as each say who you are. Give one of them.');
  if (values.token === '-') return givenToken((await ports.readInput()).trim(), { from: 'standard input' });
  if (values.token !== undefined) return givenToken(values.token, { from: '--token' });
  if (values.as !== undefined) return givenToken(`local:${values.as}`, { from: `--as ${values.as}` });
  if (values.stage !== undefined) return tokenOfStage(values.stage, order);
  if (config.SLIPWAY_TOKEN !== undefined) return givenToken(config.SLIPWAY_TOKEN, { from: 'SLIPWAY_TOKEN' });
  // A profile's token is for its own server: another address must not get it.
  const isOwn = profile.url !== undefined && new URL(profile.url).origin === new URL(url).origin;
  if (isOwn && profile.token !== undefined) return givenToken(profile.token, { from: `the profile ${name}` });
  const stage = config.SLIPWAY_STAGE ?? (isOwn ? profile.stage : undefined);
  if (stage !== undefined) return tokenOfStage(stage, order);
  const audience = config.SLIPWAY_AUDIENCE ?? (isOwn ? profile.audience : undefined);
  const request = config.JOB_TOKEN;
  if (request === null || audience === undefined) return noToken;
  return jobToken({ request, audience, clock: ports.clock });
}

/** A job of GitHub Actions has a token of its own; anybody else signs one. */
function tokenOfStage(stage: string, { profile, needs, ports: { clock, ids } }: TokenOrder): TokenSource {
  const audience = config.SLIPWAY_AUDIENCE ?? profile.audience ?? stackOf(stage);
  const request = config.JOB_TOKEN;
  if (request !== null) return jobToken({ request, audience, clock });
  const keyOf = async (key: { readonly keyId: string }) =>
    (await import('../../aws/kms-token-key.ts')).operatorTokenKey(key);
  return signedToken({ stage, audience, role: needs, keyOf, clock, ids });
}
