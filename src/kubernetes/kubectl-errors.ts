/**
 * Translates kubectl's error messages into SlipwayErrors. When the API server refuses, its reason decides. Errors of
 * kubectl itself are known only by their words. An unknown message is Broken, so that a person looks at it.
 */
import { type ErrorDetails, type ErrorName, SlipwayError } from '../domain/errors.ts';
import { sentence } from '../domain/sentence.ts';
import { conflictOf } from './apply-conflict.ts';

export interface Attempted {
  readonly what: string;
  readonly args: readonly string[];
  readonly secrets?: readonly string[];
}

interface Meaning {
  readonly name: ErrorName;
  readonly next: string;
  /** Set when the message itself is too long. */
  readonly reason?: string;
  readonly details?: ErrorDetails;
}

const REASON_LENGTH_MAX = 1_500;

export interface Complaint {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

export function translateComplaint({ code, stdout, stderr }: Complaint, attempted: Attempted): SlipwayError {
  // Without credentials, kubectl asks for a name and a password, and then reports the end of its input.
  const prompt = /^Please enter \w+: /.exec(stdout)?.[0] ?? '';
  const complaint = withoutSecrets(prompt + withoutNoise(stderr), attempted);
  const meaning = meaningOf(complaint);
  const said = meaning.reason ?? reasonIn(complaint);
  const reason = said === '' ? 'kubectl did not say why.' : sentence(said);
  const { name, next, details = {} } = meaning;
  const cause = causeOf(attempted, `exited with code ${code}: ${complaint}`);
  return new SlipwayError(name, `Could not ${attempted.what}: ${reason} ${next}`, { cause, details });
}

/** The arguments of kubectl, and the end of its output. */
export function causeOf(attempted: Attempted, said: string): Error {
  return new Error(`kubectl ${attempted.args.join(' ')} ${withoutSecrets(said, attempted).slice(-REASON_LENGTH_MAX)}`);
}

/** Leaves out log lines and warnings, unless there are no other lines. */
export function withoutNoise(stderr: string): string {
  const lines = stderr.split('\n').filter((line) => line.trim() !== '');
  const told = lines.filter((line) => !/^([IWEF]\d{4} \d\d:\d\d|(# )?Warning: )/.test(line));
  return (told.length > 0 ? told : lines.slice(-1)).join('\n').trim();
}

function withoutSecrets(text: string, { secrets = [] }: Attempted): string {
  return secrets.filter((secret) => secret !== '').reduce((left, secret) => left.replaceAll(secret, '***'), text);
}

function meaningOf(complaint: string): Meaning {
  const conflict = conflictOf(complaint);
  if (conflict !== null) return { name: 'Conflict', ...conflict };
  const refusal = /^Error from server(?: \((\w+)\))?: ([\s\S]*)$/m.exec(complaint);
  if (refusal !== null) return refusalBy(refusal[1] ?? '', complaint);
  if (/^The .* is invalid: /.test(complaint)) return UNFIT;
  return OWN_WORDS.find(({ pattern }) => pattern.test(complaint))?.meaning(complaint) ?? UNKNOWN;
}

const UNFIT: Meaning = { name: 'InvalidRequest', next: 'The cluster will refuse it again until that is mended.' };
const PASSES: Meaning = { name: 'Transient', next: 'It may work in a moment.' };
const UNKNOWN: Meaning = { name: 'Broken', next: 'Run kubectl by hand with the same kubeconfig to see more.' };
const LOGGED_OUT: Meaning = {
  name: 'Broken',
  next: 'Check the credentials in the kubeconfig, and that the cluster has an access entry for them.',
};

/** The reasons of apimachinery's StatusReason. */
function refusalBy(reason: string, complaint: string): Meaning {
  switch (reason) {
    case 'NotFound':
    case 'Gone':
      return { name: 'NotFound', next: 'Create it first, or correct the name.' };
    case 'AlreadyExists':
    case 'Conflict':
      return { name: 'Conflict', next: 'Someone else changed it; look before you repeat this.' };
    case 'Forbidden':
      return deniedPermission(complaint) ?? UNFIT;
    case 'Unauthorized':
      return LOGGED_OUT;
    case 'InternalError':
    case 'ServerTimeout':
    case 'Timeout':
    case 'TooManyRequests':
    case 'ServiceUnavailable':
    case 'Expired':
      return PASSES;
    case '':
      return /: (etcdserver: |rpc error: |context deadline exceeded|http2: )/.test(complaint) ? PASSES : UNFIT;
    default:
      return UNFIT;
  }
}

const PERMISSION =
  /User "([^"]*)" cannot (\w+) resource "([^"]*)"(?: in API group "([^"]*)")?(?: in the namespace "([^"]*)")?/;

/** A refusal by RBAC. A quota or an admission plugin answers with the same reason. */
function deniedPermission(complaint: string): Meaning | null {
  const [, user, verb, plural, group, namespace] = PERMISSION.exec(complaint) ?? [];
  if (user === undefined) {
    const isPath = /User "[^"]*" cannot \w+ path/.test(complaint);
    return isPath ? { ...LOGGED_OUT, next: 'Let the user read the paths of the API server (system:discovery).' } : null;
  }
  const resource = group ? `${plural}.${group}` : plural;
  const where = namespace === undefined ? 'in the whole cluster' : `in namespace ${namespace}`;
  return {
    name: 'Broken',
    reason: `user ${user} may not ${verb} ${resource} ${where}`,
    next: 'Bind its group to the Role of k8s/access there; if it is bound, add that permission.',
    details: { permission: { verb, resource, namespace } },
  };
}

interface OwnWords {
  readonly pattern: RegExp;
  readonly meaning: (complaint: string) => Meaning;
}

/** The order matters: one message often quotes another, and the first cause counts. */
const OWN_WORDS: readonly OwnWords[] = [
  {
    pattern: /You must be logged in|provide credentials|getting credentials|Please enter (Username|Password)/,
    meaning: () => LOGGED_OUT,
  },
  { pattern: PERMISSION, meaning: (complaint) => deniedPermission(complaint) ?? UNKNOWN },
  {
    pattern: /x509: |tls: |HTTP response to HTTPS client/,
    meaning: () => ({ name: 'Broken', next: 'Check the server and its certificate authority in the kubeconfig.' }),
  },
  {
    pattern:
      /localhost:8080|context "[^"]*" does not exist|error loading config file|invalid configuration|in configuration/,
    meaning: () => ({ name: 'Broken', next: 'Check that KUBECONFIG names a kubeconfig with this cluster.' }),
  },
  {
    pattern: /unable to read (client|certificate)|no such file or directory/,
    meaning: () => ({ name: 'Broken', next: 'Correct the path.' }),
  },
  {
    pattern:
      /was refused|connection refused|connection reset|broken pipe|i\/o timeout|TLS handshake timeout|no such host/,
    meaning: () => PASSES,
  },
  {
    pattern:
      /\bEOF\b|deadline exceeded|Client\.Timeout|no route to host|network is unreachable|server misbehaving|http2: |closed (network|idle) connection|connection (broken|lost)/,
    meaning: () => PASSES,
  },
  { pattern: /no matches for kind|doesn't have a resource type/, meaning: missingKind },
  {
    pattern: /"diff": executable file not found/,
    meaning: () => ({ name: 'Broken', next: 'Install diff (package diffutils) on the PATH that kubectl gets.' }),
  },
  {
    pattern: /unknown (flag|shorthand|command)/,
    meaning: () => ({ name: 'Broken', next: 'Install a newer kubectl.' }),
  },
  { pattern: /error (validating|parsing|decoding|converting)|unable to decode|may not be empty/, meaning: () => UNFIT },
  { pattern: /does not match the namespace|cannot be handled as|unknown field/, meaning: () => UNFIT },
];

function missingKind(complaint: string): Meaning {
  const [, kind, version] =
    /no matches for kind "([^"]*)" in version "([^"]*)"/.exec(complaint) ??
    /resource type "([^"]*)"/.exec(complaint) ??
    [];
  const full = version === undefined ? kind : `${kind} in ${version}`;
  return {
    name: 'NotFound',
    reason: `the cluster has no kind ${full}`,
    next: 'Install its CustomResourceDefinition, or correct apiVersion and kind.',
    details: { kind },
  };
}

function reasonIn(complaint: string): string {
  return (
    complaint
      .replace(/^Error from server(?: \(\w+\))?: |^error: /gm, '')
      .replace(
        /error when (creating|replacing) "STDIN": |error validating "STDIN": |unable to recognize "STDIN": /g,
        '',
      )
      .replace(/; if you choose to ignore these errors[^\n]*/g, '')
      .replace(/\s+/g, ' ')
      // Shortens a long value, such as a whole pod template. Otherwise the reason after the value would be cut off.
      .replace(/Invalid value: ([{[]).{200,}?([}\]]): (?=[a-z`])/g, 'Invalid value: $1...$2: ')
      .slice(0, REASON_LENGTH_MAX)
  );
}
