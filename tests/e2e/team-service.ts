/** A service that a team deploys itself by `serverless deploy`, first without Slipway and then with the plugin. */
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ROOT } from './project-copy.ts';
import { type ServerlessRun, serverless } from './serverless.ts';

const STAGE = 'e2e';
export const TEAM_FUNCTION = `shop-${STAGE}-api`;

export interface TeamCode {
  readonly status: number;
  readonly says: string;
}

export interface TeamService {
  /** Writes this code into the folder, as a commit would. */
  write(code: TeamCode): void;
  /** From now on the service uses the plugin, which calls this Slipway. */
  adopt(url: string): void;
  deploy(): Promise<ServerlessRun>;
  remove(): Promise<void>;
}

export function aTeamService(): TeamService {
  const folder = mkdtempSync(join(tmpdir(), 'slipway-team-'));
  mkdirSync(join(folder, 'node_modules'));
  symlinkSync(join(ROOT, 'plugin'), join(folder, 'node_modules/serverless-slipway'));
  writeFileSync(join(folder, 'serverless.yml'), SERVICE);
  return {
    write: (code) => writeFileSync(join(folder, 'index.mjs'), codeOf(code)),
    adopt: (url) => writeFileSync(join(folder, 'serverless.yml'), `${SERVICE}${adopted(url)}`),
    deploy: () => serverless({ command: 'deploy', stage: STAGE, folder }),
    async remove() {
      await serverless({ command: 'remove', stage: STAGE, folder });
      rmSync(folder, { recursive: true });
    },
  };
}

const SERVICE = `service: shop
frameworkVersion: "*"
provider:
  name: aws
  runtime: nodejs24.x
  region: us-east-1
package:
  patterns: ["!**", index.mjs]
functions:
  api:
    handler: index.handler
    events:
      - httpApi: { method: GET, path: /orders }
`;

/** Everything that the team adds. */
function adopted(url: string): string {
  return `plugins: [serverless-slipway]
custom:
  slipway:
    url: ${url}
    spec:
      strategy: [{ setWeight: 20 }, { bake: { seconds: 20 } }]
`;
}

/** The code counts the errors that its users see, as a wrapper would. */
function codeOf({ status, says }: TeamCode): string {
  return `const METRICS = { Namespace: 'Slipway/Services', Dimensions: [['FunctionName', 'Resource']], Metrics: [{ Name: 'ServerErrors' }] };
export const handler = async (event, context) => {
  const counted = { _aws: { Timestamp: Date.now(), CloudWatchMetrics: [METRICS] }, FunctionName: context.functionName };
  process.stdout.write(JSON.stringify({ ...counted, Resource: context.functionName + ':live', ServerErrors: ${status >= 500 ? 1 : 0} }) + '\\n');
  return { statusCode: ${status}, body: ${JSON.stringify(says)} };
};
`;
}
