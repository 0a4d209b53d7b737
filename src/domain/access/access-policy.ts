/**
 * The policy: which tokens of which issuer get which role, for which services. A pattern has to fit the whole claim, and
 * its star stands for one part of it, so that no name that merely begins or ends alike gets in.
 */
import type { Grant, Role } from './grant.ts';
import type { VerifiedToken } from './token.ts';

export interface AccessStatement {
  readonly issuer: string;
  /** Every one of them has to fit: a claim's name, and a pattern or several of which one fits. */
  readonly claims: Readonly<Record<string, string | readonly string[]>>;
  readonly role: Role;
  readonly services: Grant['services'];
}
export interface AccessPolicy {
  readonly statements: readonly AccessStatement[];
}

/** What a token may do: what is written in it, when Slipway made it; else what the policy says. Nothing, by default. */
export function grantsOf({ statements }: AccessPolicy, token: VerifiedToken): readonly Grant[] {
  if (token.grants !== null) return token.grants;
  return statements
    .filter((statement) => statement.issuer === token.issuer && fits(statement, token))
    .map(({ role, services }) => ({ role, services }));
}

/**
 * What is wrong with a pattern, or null. A star is a whole part between `:` and `/`, or ends the last one: `repo:acme/*:ref:x`,
 * `refs/heads/*`, `refs/tags/v*`. A star that could stand for part of a name, as in `*acme/checkout`, is none.
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

function fits({ claims }: AccessStatement, token: VerifiedToken): boolean {
  const wanted = Object.entries(claims);
  // A statement about no claim would let in everybody whom the issuer knows.
  return wanted.length > 0 && wanted.every(([claim, patterns]) => claimFits(token, { claim, patterns }));
}

function claimFits(
  { claims }: VerifiedToken,
  { claim, patterns }: { readonly claim: string; readonly patterns: string | readonly string[] },
): boolean {
  const values = Object.hasOwn(claims, claim) ? [claims[claim]].flat().map(textOf) : [];
  return [patterns].flat().some((pattern) => values.some((value) => value !== null && matches(value, { pattern })));
}

/** A claim is a text, or says true, false or a number; anything else fits no pattern. */
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

/** A star alone at the end stands for all the rest, a branch with slashes too; any other stays within its part. */
function partSource(part: string, { isLast }: { readonly isLast: boolean }): string {
  if (part === '*') return isLast ? '.+' : '[^:/]+';
  const literal = part.replace(/\*$/, '').replace(/[.+?^${}()|[\]\\/]/g, '\\$&');
  return part.endsWith('*') ? `${literal}[^:/]*` : literal;
}
