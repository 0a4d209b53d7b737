/**
 * The names of callers in timelines. Slipway also writes names of its own there. No caller may have one of those names,
 * or a name that reads like the name of another caller.
 */
import type { VerifiedToken } from './token.ts';

/**
 * The name in timelines. For a token that Slipway made, it is the subject; for any other token, the subject and the
 * issuer. No two callers have the same name.
 */
export function callerName({ issuer, subject, grants }: Pick<VerifiedToken, 'issuer' | 'subject' | 'grants'>): string {
  return grants === null ? `${subject} (${issuer.replace(/^https:\/\//, '')})` : subject;
}

/**
 * True for a subject that an operator may give to a token. It has no space and no parenthesis, but the name of every
 * other caller has both. It has one of `@`, `:` and `/`, but Slipway's own names have none. Slipway checks this when it
 * makes a token and when it verifies one.
 */
export function isMintedSubject(text: string): boolean {
  return /^[\w.+-]{1,100}[@:/][\w.+@:/-]{1,100}$/.test(text) && !isOwnName(text);
}

/**
 * True for a subject of another issuer that may appear in a timeline. It is no name of Slipway's own, and it does not
 * end like the name of a caller.
 */
export function isIssuedSubject(text: string): boolean {
  return isPlainSubject(text) && !isOwnName(text) && !ISSUED.test(text);
}

/** A name in a timeline or a log is one line of printable ASCII characters. */
export function isPlainSubject(text: string): boolean {
  return /^[\x21-\x7e](?:[\x20-\x7e]{0,253}[\x21-\x7e])?$/.test(text);
}

/**
 * True for a name that no token of an issuer may have: Slipway writes it as `by`, or it is that of a local person. In upper
 * or lower case. A test finds all such names in the sources.
 */
export function isOwnName(text: string): boolean {
  const name = text.trim().toLowerCase();
  return OWN_NAMES.includes(name) || OWN_PREFIXES.some((prefix) => name.startsWith(prefix));
}

/**
 * True for the name of a caller that Slipway knows. False for a name that Slipway wrote itself, and for AWS's text
 * about who started a run.
 */
export function isCallerName(text: string): boolean {
  return (
    text === LOCAL_CALLER ||
    localPerson(text) !== null ||
    isMintedSubject(text) ||
    (ISSUED.test(text) && !isOwnName(text))
  );
}

/**
 * True for a job of a CI system, by its issuer or by the form of its subject. A job acts for the person who pushed,
 * whom Slipway cannot identify. A token that an operator made for a job looks like the token of a person.
 */
export function isJobName(text: string): boolean {
  return JOB.test(text) && isCallerName(text);
}

/** A caller without a token on a server without an authorizer, which only programs on the same machine can reach. */
export const LOCAL_CALLER = 'local';

/** What begins the token and the name of a person on such a server. No token of an issuer may have such a name. */
const LOCAL_PREFIX = `${LOCAL_CALLER}:`;

/** Returns the name in timelines of the local person with this token, `local:NAME`; null for any other token. */
export function localPerson(token: string): string | null {
  return token.startsWith(LOCAL_PREFIX) && /^[a-z0-9._-]{1,40}$/.test(token.slice(LOCAL_PREFIX.length)) ? token : null;
}

/** True for a caller of a server without an authorizer. */
export function isLocalCaller(name: string): boolean {
  return name === LOCAL_CALLER || localPerson(name) !== null;
}

const OWN_NAMES = ['slipway', 'judge', 'pipeline', 'unknown', 'anonymous', LOCAL_CALLER, 'npm start', 'npm run demo'];
const OWN_PREFIXES = ['alarm ', LOCAL_PREFIX];

/** Matches `ann (issuer.example)`. */
const ISSUED = /^.* \([^\s()]+\)$/;
/**
 * Subjects of CI jobs: GitHub Actions (with any claims in the subject), GitLab CI, Buildkite, CircleCI and Bitbucket.
 */
const JOB =
  /^(?:repo:|project_path:|organization:[^:]+:pipeline:|org\/[^/]+\/project\/|\{[0-9a-f-]{36}\}:).* \([^\s()]+\)$|^.* \(token\.actions\.[^\s()]+\)$/;
