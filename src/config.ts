/**
 * The only reader of the environment. A value is looked up when it is first asked for, so that each function needs
 * only its own; one that is missing or wrong is Broken, by its name.
 */
import { SlipwayError } from './domain/errors.ts';

export const config = {
  /** `postgres://user@host/database`. On AWS there is never a password in it: see src/functions/ledger-database.ts. */
  get DATABASE_URL() {
    return required('DATABASE_URL');
  },
  /** The secret that holds the password of the database, where it has one. */
  get DATABASE_SECRET_ARN() {
    return optional('DATABASE_SECRET_ARN');
  },
  /** The folder of the person who started a command: `npm start` runs it in Slipway's own, and npm tells from where. */
  get STARTED_IN() {
    return optional('INIT_CWD') ?? process.cwd();
  },
  /** The address of the Slipway that the command line calls. */
  get SLIPWAY_URL() {
    return optional('SLIPWAY_URL');
  },
  /** The token that the command line sends. */
  get SLIPWAY_TOKEN() {
    return optional('SLIPWAY_TOKEN');
  },
  /** The profile of the command line's configuration. */
  get SLIPWAY_PROFILE() {
    return optional('SLIPWAY_PROFILE');
  },
  /** The stage whose key signs the tokens of the command line. */
  get SLIPWAY_STAGE() {
    return optional('SLIPWAY_STAGE');
  },
  /** The audience of the tokens of the command line, when it is not the name of the stack. */
  get SLIPWAY_AUDIENCE() {
    return optional('SLIPWAY_AUDIENCE');
  },
  /** The folder of the configuration of this user's programs. */
  get CONFIG_HOME() {
    return optional('XDG_CONFIG_HOME') ?? `${optional('HOME') ?? optional('USERPROFILE') ?? '.'}/.config`;
  },
  /** Where a job of GitHub Actions asks for a token of its own, and with what; null outside a job that may. */
  get JOB_TOKEN() {
    const url = optional('ACTIONS_ID_TOKEN_REQUEST_URL');
    const token = optional('ACTIONS_ID_TOKEN_REQUEST_TOKEN');
    return url === undefined || token === undefined ? null : { url, token };
  },
  /** Lambda sets it. */
  get AWS_REGION() {
    return required('AWS_REGION');
  },
  /** Where AWS is, when it is an emulator. The clients of the SDK read it themselves. */
  get AWS_ENDPOINT_URL() {
    return optional('AWS_ENDPOINT_URL');
  },
  /** Calls of Lambda's control plane that forward steps may make together, a second; 1 to 14. */
  get FORWARD_CALLS_PER_SECOND() {
    const text = optional('FORWARD_CALLS_PER_SECOND') ?? '10';
    const calls = Number(text);
    if (Number.isInteger(calls) && calls >= 1 && calls <= 14) return calls;
    const fact = `FORWARD_CALLS_PER_SECOND is ${text}, and Lambda takes 15 calls a second for the whole account.`;
    throw new SlipwayError(
      'Broken',
      `${fact} Set forwardCallsPerSecond to a whole number from 1 to 14, and deploy again.`,
    );
  },
  /** Days for which messages that got out are kept; 1 to 3650. */
  get OUTBOX_DAYS() {
    return days('OUTBOX_DAYS', '7');
  },
  /** Days for which the evidence of a verdict is kept after its deployment has ended; 1 to 3650. */
  get EVIDENCE_DAYS() {
    return days('EVIDENCE_DAYS', '90');
  },
  get ROLLOUT_MACHINE_ARN() {
    return required('ROLLOUT_MACHINE_ARN');
  },
  get ROLLBACK_MACHINE_ARN() {
    return required('ROLLBACK_MACHINE_ARN');
  },
  get DEPLOYMENTS_TOPIC_ARN() {
    return required('DEPLOYMENTS_TOPIC_ARN');
  },
  get INCIDENTS_TOPIC_ARN() {
    return required('INCIDENTS_TOPIC_ARN');
  },
  get EVENT_BUS_NAME() {
    return required('EVENT_BUS_NAME');
  },
  /** Of OpenID Connect, as `readIssuerList` takes them; none by default. */
  get OIDC_ISSUERS() {
    return optional('OIDC_ISSUERS') ?? '';
  },
  /** What a token has to be made for: this Slipway, and no other one. */
  get TOKEN_AUDIENCE() {
    return required('TOKEN_AUDIENCE');
  },
  /** The issuer that Slipway's own tokens name. */
  get TOKEN_ISSUER() {
    return required('TOKEN_ISSUER');
  },
  /** The key of Slipway's own tokens, in KMS; without one there are none. */
  get TOKEN_KEY_ID() {
    return optional('TOKEN_KEY_ID');
  },
  /** The file that says which tokens may do what. */
  get ACCESS_POLICY() {
    return optional('ACCESS_POLICY') ?? 'access-policy.json';
  },
  /** The pipeline that is installed. Without a pipeline, both are empty. */
  get PIPELINE_NAME() {
    return optional('PIPELINE_NAME');
  },
  get PIPELINE_SERVICE() {
    return optional('PIPELINE_SERVICE');
  },
  /** The repository to which the pipeline pushes images, with its registry; empty when it leaves code in the bucket. */
  get PIPELINE_IMAGES() {
    return optional('PIPELINE_IMAGES');
  },
  get PIPELINE_BUCKET() {
    return required('PIPELINE_BUCKET');
  },
  get STAGE() {
    return optional('STAGE') ?? 'dev';
  },
  /** The application log level of the function, which Lambda passes on; undefined when it is not set. */
  get LOG_LEVEL() {
    return optional('AWS_LAMBDA_LOG_LEVEL');
  },
  /** The X-Ray trace of the call that is being answered. Lambda sets it for each call. */
  get XRAY_TRACE_ID() {
    return /(?:Root=|^(?!.*=))([^;]+)/.exec(optional('_X_AMZN_TRACE_ID') ?? '')?.[1];
  },
  /** The JSON of a ClusterOrder, for the container task. */
  get SLIPWAY_ORDER() {
    const text = required('SLIPWAY_ORDER');
    if (text.length <= ORDER_LENGTH_MAX) return text;
    const fact = `SLIPWAY_ORDER has ${text.length} characters, and ${ORDER_LENGTH_MAX} are the most.`;
    throw new SlipwayError('InvalidRequest', `${fact} Put what makes it long into a folder of manifests.`);
  },
  /** Where the container task leaves its result; without it, only its log says what came of the order. */
  get SLIPWAY_RESULT_FILE() {
    return optional('SLIPWAY_RESULT_FILE');
  },
  /** Path of kubectl, or its name on the PATH. */
  get KUBECTL() {
    return optional('KUBECTL') ?? 'kubectl';
  },
  /** The folder in which all folders of manifests are. */
  get MANIFESTS_ROOT() {
    return optional('MANIFESTS_ROOT') ?? '.';
  },
  /** What a browser needs of the environment: no token, and nothing of AWS. */
  get BROWSER_ENVIRONMENT(): Readonly<Record<string, string>> {
    return environmentOf(BROWSER_NEEDS);
  },
  /** What kubectl, and the aws command that it asks for credentials, need of the environment: KUBECONFIG, and little more. */
  get KUBECTL_ENVIRONMENT(): Readonly<Record<string, string>> {
    return environmentOf(KUBECTL_NEEDS);
  },
};

/** Far above the length that CodeBuild passes on. */
const ORDER_LENGTH_MAX = 30_000;

const KUBECTL_NEEDS =
  /^(PATH|HOME|KUBECONFIG|KUBERNETES_SERVICE_(HOST|PORT)|AWS_\w+|SSL_CERT_(FILE|DIR)|(https?|no)_proxy|(HTTPS?|NO)_PROXY)$/;

const BROWSER_NEEDS =
  /^(PATH|HOME|USER|LANG|LC_\w+|DISPLAY|WAYLAND_DISPLAY|XAUTHORITY|XDG_\w+|DBUS_\w+|BROWSER|SYSTEMROOT)$/i;

/** The variables with such a name that are set. */
function environmentOf(needed: RegExp): Readonly<Record<string, string>> {
  const names = Object.keys(process.env).filter((name) => needed.test(name));
  return Object.fromEntries(names.map((name) => [name, optional(name) ?? '']).filter(([, value]) => value !== ''));
}

const DAYS_MAX = 3_650;

function days(name: string, otherwise: string): number {
  const text = optional(name) ?? otherwise;
  const number = Number(text);
  if (Number.isInteger(number) && number >= 1 && number <= DAYS_MAX) return number;
  throw new SlipwayError('Broken', `${name} is ${text}, and takes a whole number from 1 to ${DAYS_MAX}. Correct it.`);
}

function required(name: string): string {
  const value = optional(name);
  if (value !== undefined) return value;
  throw new SlipwayError('Broken', `The environment variable ${name} is not set. Set it, and start again.`);
}

function optional(name: string): string | undefined {
  const value = process.env[name];
  return value === '' ? undefined : value;
}
