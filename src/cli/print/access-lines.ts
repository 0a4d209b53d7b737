/** What an access policy gives a token, for a person. */
import { styleText } from 'node:util';
import type { AccessDecision } from '../../domain/access/access.ts';
import type { StatementMisfits } from '../../domain/access/access-policy.ts';
import type { Grant } from '../../domain/access/grant.ts';
import { wrapped } from './wrapped.ts';

export interface AccessAnswer {
  readonly token: string;
  readonly issuer: string;
  readonly subject: string;
  readonly grants: readonly Grant[];
  readonly decision: AccessDecision | null;
  readonly policy: string;
  /** Numbered as in the file, from 1. */
  readonly statements: readonly (StatementMisfits & { readonly number: number })[];
}

/** More statements than a person compares. */
const NEAR_MAX = 3;

export function accessLines(answer: AccessAnswer, { width }: { readonly width: number }): string[] {
  const { token, issuer, subject, grants, decision, policy, statements } = answer;
  const fitting = statements.filter(({ misfits }) => misfits.length === 0);
  const near = statements.filter(({ misfits }) => misfits.length > 0).slice(0, NEAR_MAX);
  const given =
    grants.length === 0
      ? `Nothing in ${policy} fits this token.`
      : grants
          .map(({ role, services }) => `${role} of ${services === '*' ? 'all services' : services.join(', ')}`)
          .join('; ');
  const sentences = [
    `${subject}, of ${issuer}, from ${token}`,
    given,
    ...fitting.map(({ number }) => `Statement ${number} of ${policy} fits.`),
    ...(decision === null ? [] : [decision.allowed ? 'That is enough.' : decision.because]),
  ];
  return [
    ...sentences.flatMap((sentence) => wrapped({ sentence, width })),
    ...(near.length === 0 ? [] : ['', styleText('bold', 'Nearest of the others')]),
    ...near.flatMap(({ number, statement: { role, services }, misfits }) => [
      ...wrapped({ sentence: `Statement ${number} (${role} of ${[services].flat().join(', ')}) does not fit:`, width }),
      ...misfits.flatMap(({ claim, wanted, found }) =>
        wrapped({
          sentence: `${claim} is ${found.join(', ') || 'missing'}; wanted ${wanted.join(' or ')}`,
          bullet: '  ',
          width,
        }),
      ),
    ]),
    '',
    ...wrapped({ sentence: 'The signature, the audience and the time of the token were not checked.', width }),
  ];
}
