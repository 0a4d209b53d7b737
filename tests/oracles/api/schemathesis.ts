/**
 * Runs schemathesis: it makes valid and invalid requests from an OpenAPI document, and reports faults of the answers.
 */
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { oraclePrograms } from '../python.ts';

export interface ApiOrder {
  readonly url: string;
  /** Existing names and ids, so that requests get further than a 404. */
  readonly services: readonly string[];
  readonly deployments: readonly string[];
  /** The service and the deployment that requests may end. */
  readonly ending: { readonly service: string; readonly deployment: string };
}

export interface ApiReport {
  /** `ST103 Undocumented status code: GET /deployments/{id}` */
  readonly found: readonly string[];
  /** The output of schemathesis, with a request for each finding. */
  readonly details: string;
  readonly operations: number;
  readonly requests: number;
  /** Operations that accepted at least one request. */
  readonly taken: readonly string[];
}

interface Report {
  readonly operations: { readonly tested: number };
  readonly test_cases: { readonly generated: number };
  readonly failures: readonly {
    readonly code: string;
    readonly title: string;
    readonly operations: readonly string[];
  }[];
  /** The rates by operation and phase. */
  readonly valid_rates: Readonly<Record<string, Readonly<Record<string, { readonly accepted: number }>>>>;
  readonly errors: readonly { readonly title?: string; readonly message?: string }[];
}

/** Each operation gets one request for each odd value of its parameters, and this many more at random. */
const EXAMPLES_MAX = 15;
const ENDS_WITHIN_MS = 240_000;

const OPTIONS = [
  ...['--seed', '20260105', '--max-examples', String(EXAMPLES_MAX), '--phases', 'examples,coverage,fuzzing'],
  ...[
    '--generation-deterministic',
    '--no-shrink',
    '--continue-on-failure',
    '--workers',
    '1',
    '--request-timeout',
    '30',
  ],
  // `npm start` accepts requests without tokens.
  ...['--generation-with-security-parameters', 'false'],
  // The preflight may still refuse a request that the schema allows, because a version has to exist.
  ...['--exclude-checks', 'positive_data_acceptance,ignored_auth'],
];

export async function askSchemathesis(order: ApiOrder): Promise<ApiReport> {
  const folder = mkdtempSync(join(tmpdir(), 'slipway-schemathesis-'));
  try {
    writeFileSync(join(folder, 'schemathesis.toml'), configOf(order));
    const program = ['-m', 'schemathesis.cli', '--no-color', '--config-file', 'schemathesis.toml', 'run'];
    const args = [
      ...program,
      `${order.url}/openapi.json`,
      ...OPTIONS,
      '--report',
      'json',
      '--report-json-path',
      'report.json',
    ];
    const python = join(oraclePrograms(), 'python');
    const child = spawn(python, args, { cwd: folder, timeout: ENDS_WITHIN_MS, stdio: ['ignore', 'pipe', 'pipe'] });
    const [details, complaint] = await Promise.all([text(child.stdout), text(child.stderr)]);
    return reportOf(folder, `${details}${complaint}`);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/**
 * Requests that end a deployment or change a service get a deployment or service of their own. Otherwise the other
 * requests would find no deployment in flight.
 */
function configOf({ services, deployments, ending }: ApiOrder): string {
  const dictionaries = {
    services,
    deployments,
    ...{ endingServices: [ending.service], endingDeployments: [ending.deployment] },
    ...{ spares: ['spare-one', 'spare-two'], versions: ['1', '2'] },
  };
  const mostly = (path: string, dictionary: keyof typeof dictionaries) =>
    `"${path}" = { dictionary = "${dictionary}", probability = 0.8 }`;
  const but = (operation: string, binding: string, more = '') =>
    `[[operations]]\ninclude-operation-id = "${operation}"\nparameters = { ${binding} }\n${more}`;
  return [
    '[dictionaries]',
    ...Object.entries(dictionaries).map(([name, values]) => `${name} = { values = ${JSON.stringify(values)} }`),
    '[parameters]',
    ...[mostly('path.name', 'services'), mostly('path.id', 'deployments'), mostly('query.service', 'services')],
    ...[mostly('body.service', 'services'), mostly('body.version', 'versions')],
    ...[but('removeService', mostly('path.name', 'spares')), but('putService', mostly('path.name', 'spares'))],
    but('abortDeployment', mostly('path.id', 'endingDeployments')),
    // It looks at the function, and Lambda's control plane refuses more than 15 calls a second.
    but('startRollback', mostly('body.service', 'endingServices'), 'rate-limit = "5/s"\n'),
  ].join('\n');
}

function reportOf(folder: string, details: string): ApiReport {
  const { failures, errors, operations, test_cases: cases, valid_rates: rates } = readReport(folder, details);
  const found = failures.flatMap(({ code, title, operations: of }) => {
    return of.map((operation) => `${code} ${title}: ${operation}`);
  });
  const broken = errors.map((error) => `error: ${JSON.stringify(error)}`);
  const isTaken = (phases: object) => Object.values(phases).some(({ accepted }) => accepted > 0);
  const taken = Object.keys(rates).filter((operation) => isTaken(rates[operation] ?? {}));
  const seen = { operations: operations.tested, requests: cases.generated };
  return { found: [...found, ...broken], details, taken, ...seen };
}

function readReport(folder: string, details: string): Report {
  try {
    return JSON.parse(readFileSync(join(folder, 'report.json'), 'utf8')) as Report;
  } catch (cause) {
    throw new Error(`schemathesis left no report. It said: ${details}`, { cause });
  }
}
