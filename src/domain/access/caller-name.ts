/**
 * The names under which callers stand in timelines. Slipway writes names of its own there, so no caller may have one of those,
 * nor one that reads like the name of another caller.
 */
import type { VerifiedToken } from './token.ts';

/** The name in timelines: the subject, and of which issuer it is, unless Slipway made the token. No two callers have one name. */
export function callerName({ issuer, subject, grants }: Pick<VerifiedToken, 'issuer' | 'subject' | 'grants'>): string {
  return grants === null ? `${subject} (${issuer.replace(/^https:\/\//, '')})` : subject;
}

/**
 * A subject that an operator may give to a token. It holds neither a space nor a parenthesis, which the name of every other
 * caller does; and one of `@`, `:` and `/`, which none of Slipway's own names does. Held where a token is made and where it is verified.
 */
export function isMintedSubject(text: string): boolean {
  return /^[\w.+-]{1,100}[@:/][\w.+@:/-]{1,100}$/.test(text);
}

/** A subject of another issuer that may stand in a timeline: no name of Slipway's own, and none that ends like a caller's. */
export function isIssuedSubject(text: string): boolean {
  return isPlainSubject(text) && !isOwnName(text) && !ISSUED.test(text);
}

/** What stands in a timeline and a log is one line of plain characters. */
export function isPlainSubject(text: string): boolean {
  return /^[\x21-\x7e](?:[\x20-\x7e]{0,253}[\x21-\x7e])?$/.test(text);
}

/** True for a name that only Slipway writes as `by`, in whatever case. A test looks for all of them in the sources. */
export function isOwnName(text: string): boolean {
  const name = text.trim().toLowerCase();
  return OWN_NAMES.includes(name) || OWN_PREFIXES.some((prefix) => name.startsWith(prefix));
}

/** True for the name of a caller that Slipway knows; false for what it wrote itself, and for what AWS says of who started a run. */
export function isCallerName(text: string): boolean {
  return text === LOCAL_CALLER || isMintedSubject(text) || (ISSUED.test(text) && !isOwnName(text));
}

/**
 * True for a job of a CI system, known by its issuer or by the form of its subject. It speaks for whoever pushed, whom nobody can name.
 * A token that an operator made for a job looks like that of a person.
 */
export function isJobName(text: string): boolean {
  return JOB.test(text) && isCallerName(text);
}

/** The one caller of a server without an authorizer, which only the machine itself can reach. */
export const LOCAL_CALLER = 'local';

const OWN_NAMES = ['slipway', 'judge', 'pipeline', 'unknown', 'anonymous', LOCAL_CALLER, 'npm start', 'npm run demo'];
const OWN_PREFIXES = ['alarm '];

/** `ann (issuer.example)` */
const ISSUED = /^.* \([^\s()]+\)$/;
/** Of GitHub Actions, whatever claims a repository puts into its subjects; GitLab CI; Buildkite; CircleCI; Bitbucket. */
const JOB =
  /^(?:repo:|project_path:|organization:[^:]+:pipeline:|org\/[^/]+\/project\/|\{[0-9a-f-]{36}\}:).* \([^\s()]+\)$|^.* \(token\.actions\.[^\s()]+\)$/;
