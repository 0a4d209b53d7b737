/**
 * `slipway token create`: makes one of Slipway's own tokens, signed by the key of the stage's stack. Every person with
 * kms:Sign on that key may make one. Only the token goes to standard output, so that it can be piped; everything else
 * goes to standard error.
 */
import { operatorTokenKey } from '../../aws/kms-token-key.ts';
import { isMintedSubject } from '../../domain/access/caller-name.ts';
import { type Grant, ROLES, type Role } from '../../domain/access/grant.ts';
import { TOKEN_HOURS_MAX } from '../../domain/access/token.ts';
import { SlipwayError } from '../../domain/errors.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Ids } from '../../ports/ids.ts';
import type { TokenKey } from '../../ports/token-key.ts';
import { systemClock, systemIds } from '../../system.ts';
import { readGrants } from '../../tokens/grants.ts';
import { mintToken } from '../../tokens/minted-tokens.ts';
import type { ValuesOf } from '../arguments/declaration.ts';
import { withArguments } from '../arguments/read-arguments.ts';
import { TOKEN } from '../declarations/token.ts';

export interface TokenDesk {
  readonly keyOf: (key: { readonly keyId: string; readonly region?: string | undefined }) => TokenKey;
  readonly clock: Clock;
  readonly ids: Ids;
  /** Standard output, and standard error. */
  readonly print: (token: string) => void;
  readonly tell: (line: string) => void;
}

const desk: TokenDesk = {
  keyOf: operatorTokenKey,
  clock: systemClock,
  ids: systemIds,
  print: console.log,
  tell: console.error,
};

export function token(args: readonly string[], at: TokenDesk = desk): Promise<number> {
  return withArguments(TOKEN, { args, print: at.print, run: ({ values }) => createToken(values, at) });
}

async function createToken(values: Values, { keyOf, clock, ids, print, tell }: TokenDesk): Promise<number> {
  const { subject, hours, stack } = checked(values);
  const grants = grantsFor(values);
  const from = clock.now();
  const until = from + hours * 3_600_000;
  const key = keyOf({ keyId: `alias/${stack}-tokens`, region: values.region });
  const audience = values.audience ?? stack;
  print(await mintToken(key, { issuer: stack, audience, subject, grants, id: ids.next('tok'), from, until }));
  const what = `${values.role} of ${(values.service ?? []).join(', ')}`;
  tell(`For ${subject}, ${what}, at ${audience}, until ${new Date(until).toISOString()}. Whoever has it can use it.`);
  return 0;
}

type Values = ValuesOf<typeof TOKEN.options>;

function checked({ subject = '', hours: text, stage }: Values): { subject: string; hours: number; stack: string } {
  const hours = Number(text);
  if (!isMintedSubject(subject))
    throw refused('Say who it is for, as it shall stand in timelines: --subject jane@acme');
  if (!(hours > 0 && hours <= TOKEN_HOURS_MAX)) {
    throw refused(
      `--hours ${text} is not a time from 0 to ${TOKEN_HOURS_MAX} hours. A token that never ends is a password.`,
    );
  }
  if (!/^[A-Za-z][A-Za-z0-9-]{0,62}$/.test(stage))
    throw refused(`--stage ${stage} is no stage. Give the one of the deployment.`);
  return { subject, hours, stack: `slipway-${stage}` };
}

function grantsFor({ role, service = [] }: Values): readonly Grant[] {
  if (!ROLES.includes(role as Role)) throw refused(`Say what it may do: --role, one of ${ROLES.join(', ')}`);
  if (service.length === 0)
    throw refused("Say for which service: --service checkout, more than once for several, or --service '*'");
  const grants = readGrants([{ role, services: service.includes('*') ? '*' : service }]);
  if (grants === null)
    throw refused(`--service ${service.join(', ')}: a name is 1 to 63 of a-z, 0-9 and -, and begins with a letter.`);
  return grants;
}

function refused(message: string): SlipwayError {
  return new SlipwayError('InvalidRequest', message);
}
