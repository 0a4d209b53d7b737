/**
 * The access policy: which tokens of which issuer get which role, for which services. A pattern must match the whole
 * claim, and a star matches one part of it. So a name that only begins or ends like an allowed name gets no access.
 */
import type { Grant, Role } from './grant.ts';
import type { VerifiedToken } from './token.ts';

export interface AccessStatement {
  readonly issuer: string;
  /**
   * Every claim in the list must match. The key is the claim's name; the value is a pattern, or several patterns of
   * which one must match.
   */
  readonly claims: Readonly<Record<string, string | readonly string[]>>;
  readonly role: Role;
  readonly services: Grant['services'];
}
export interface AccessPolicy {
  readonly statements: readonly AccessStatement[];
}

/**
 * Returns what a token may do. A token that Slipway made holds its grants; for any other token the policy decides. The
 * default is no grant.
 */
export function grantsOf({ statements }: AccessPolicy, token: VerifiedToken): readonly Grant[] {
  if (token.grants !== null) return token.grants;
  return statements
    .filter((statement) => statement.issuer === token.issuer && fits(statement, token))
    .map(({ role, services }) => ({ role, services }));
}

/**
 * Says what is wrong with a pattern, or returns null. A star is a whole part between `:` and `/`, or the end of the
 * last part: `repo:acme/*:ref:x`, `refs/heads/*`, `refs/tags/v*`. A star that could match only a part of a name, as in
 * `*acme/checkout`, is an error.
 */
export function patternProblem(pattern: string): string | null {
  const parts = pattern.split(SEPARATOR).filter((_, index) => index % 2 === 0);
  const isWrong = parts.some((part, index) => {
    if (!part.includes('*') || part === '*') return false;
    return index < parts.length - 1 || part.indexOf('*') !== part.length - 1;
  });
  if (isWrong)
    return `The star in ${JSON.stringify(pattern)} is a part of a name. Let it stand alone between ":" and "/", or end the pattern with it.`;
  return parts.every((part) => part === '*')
    ? `${JSON.stringify(pattern)} fits everything. Write out a part of it.`
    : null;
}

const SEPARATOR = /([:/])/;

function fits(statement: AccessStatement, token: VerifiedToken): boolean {
  // A statement without claims would give access to every subject of the issuer.
  return Object.keys(statement.claims).length > 0 && claimMisfits(statement, token).length === 0;
}

/** A part of a statement that keeps a token from its role. */
export interface Misfit {
  /** The name of the claim, or `issuer`. */
  readonly claim: string;
  /** The patterns of the statement, of which one must match. */
  readonly wanted: readonly string[];
  /** The values of the token that are compared with the patterns; empty when the token lacks the claim. */
  readonly found: readonly string[];
}

export interface StatementMisfits {
  readonly statement: AccessStatement;
  /** Empty when the statement gives the token its role. */
  readonly misfits: readonly Misfit[];
}

/** Says of each statement what keeps the token from it. The statements that miss by least come first. */
export function misfitsOf({ statements }: AccessPolicy, token: VerifiedToken): readonly StatementMisfits[] {
  return statements
    .map((statement) => ({
      statement,
      misfits: [...issuerMisfits(statement, token), ...claimMisfits(statement, token)],
    }))
    .sort((one, other) => one.misfits.length - other.misfits.length);
}

function issuerMisfits({ issuer }: AccessStatement, token: VerifiedToken): Misfit[] {
  return issuer === token.issuer ? [] : [{ claim: 'issuer', wanted: [issuer], found: [token.issuer] }];
}

function claimMisfits({ claims }: AccessStatement, token: VerifiedToken): Misfit[] {
  return Object.entries(claims)
    .filter(([claim, patterns]) => !claimFits(token, { claim, patterns }))
    .map(([claim, patterns]) => ({ claim, wanted: [patterns].flat(), found: textsOf(token, claim) }));
}

function claimFits(
  token: VerifiedToken,
  { claim, patterns }: { readonly claim: string; readonly patterns: string | readonly string[] },
): boolean {
  const values = textsOf(token, claim);
  return [patterns].flat().some((pattern) => values.some((value) => matches(value, { pattern })));
}

function textsOf({ claims }: VerifiedToken, claim: string): string[] {
  const values = Object.hasOwn(claims, claim) ? [claims[claim]].flat().map(textOf) : [];
  return values.filter((value) => value !== null);
}

/** A claim matches as a text, true, false or a number. Any other value matches no pattern. */
function textOf(value: unknown): string | null {
  if (typeof value === 'string') return value;
  return typeof value === 'boolean' || typeof value === 'number' ? String(value) : null;
}

function matches(value: string, { pattern }: { readonly pattern: string }): boolean {
  if (patternProblem(pattern) !== null) return false;
  const parts = pattern.split(SEPARATOR);
  const source = parts.map((part, index) => partSource(part, { isLast: index === parts.length - 1 })).join('');
  return new RegExp(`^${source}$`, 's').test(value);
}

/**
 * A star alone at the end matches all of the rest, such as a branch name with slashes. Any other star stays within its
 * part.
 */
function partSource(part: string, { isLast }: { readonly isLast: boolean }): string {
  if (part === '*') return isLast ? '.+' : '[^:/]+';
  const literal = part.replace(/\*$/, '').replace(/[.+?^${}()|[\]\\/]/g, '\\$&');
  return part.endsWith('*') ? `${literal}[^:/]*` : literal;
}
