import { join } from 'node:path';
import { readServiceFile } from '../../src/cli/files/service-file.ts';
import { aProject, type Project, sentences } from './init-project.ts';

let project: Project;
beforeEach(() => {
  project = aProject({});
});
afterEach(() => project.remove());

const json = (value: unknown) => JSON.stringify(value);
const spec = () => join(project.folder, 'slipway.yml');

describe('Terraform outputs', () => {
  const resource = (address: string, values: object) => {
    const [type, name] = address.split('.');
    return { address, mode: 'managed', type, name, values };
  };
  const ARN = 'arn:aws:lambda:eu-west-1:123456789012:function:api';
  const functions = [
    resource('aws_lambda_function.api', { function_name: 'api', runtime: 'nodejs22.x', publish: false, tags: null }),
  ];

  test('a Terraform plan of new resources is read by its references, and the lines say what to set where', async () => {
    const configuration = {
      root_module: {
        resources: [
          {
            type: 'aws_apigatewayv2_integration',
            name: 'api',
            expressions: {
              integration_uri: { references: ['aws_lambda_function.api.invoke_arn', 'aws_lambda_function.api'] },
            },
          },
        ],
      },
    };
    const resources = [
      ...functions,
      resource('aws_apigatewayv2_integration.api', {}),
      resource('aws_lambda_permission.api', { function_name: 'api' }),
    ];
    project.write(
      'plan.json',
      json({ format_version: '1.2', planned_values: { root_module: { resources } }, configuration }),
    );
    const { said } = await project.init('plan.json');
    expect(readServiceFile(spec()).target).toMatchObject({ function: 'api', alias: 'live' });
    expect(said).toMatch(/In aws_lambda_function.api: {2}publish = true/);
    expect(said).toContain('lifecycle { ignore_changes = [function_version, routing_config] }');
    expect(said).toContain(
      '#   aws_apigatewayv2_integration.api: integration_uri = aws_lambda_alias.api_live.invoke_arn',
    );
    expect(said).toContain('#   aws_lambda_permission.api: qualifier = aws_lambda_alias.api_live.name');
  });

  test('a Terraform plan follows the variable of a module to the function that the module gets', async () => {
    const configuration = {
      root_module: {
        resources: [],
        module_calls: {
          queue: {
            expressions: { target: { references: ['module.fn.arn', 'module.fn'] } },
            module: {
              resources: [
                {
                  type: 'aws_lambda_event_source_mapping',
                  name: 'this',
                  expressions: { function_name: { references: ['var.target'] } },
                },
              ],
            },
          },
          fn: {
            module: {
              outputs: {
                arn: { expression: { references: ['aws_lambda_function.this.arn', 'aws_lambda_function.this'] } },
              },
              resources: [],
            },
          },
        },
      },
    };
    const child_modules = [
      {
        address: 'module.fn',
        resources: [resource('module.fn.aws_lambda_function.this', { function_name: 'api' })].map((one) => ({
          ...one,
          type: 'aws_lambda_function',
          name: 'this',
        })),
      },
      {
        address: 'module.queue',
        resources: [
          {
            address: 'module.queue.aws_lambda_event_source_mapping.this',
            type: 'aws_lambda_event_source_mapping',
            name: 'this',
            values: {},
          },
        ],
      },
    ];
    project.write(
      'plan.json',
      json({ format_version: '1.2', planned_values: { root_module: { child_modules } }, configuration }),
    );
    const { said } = await project.init('plan.json');
    expect(sentences(said, 'missing')).toContainEqual(
      expect.stringMatching(/module.queue.aws_lambda_event_source_mapping.this calls past the alias/),
    );
  });

  test('a Terraform state is read by its ARNs: callers on the alias are right, and code alone needs a person’s look', async () => {
    const dimensions = { FunctionName: 'api', Resource: 'api:live' };
    const resources = [
      resource('aws_lambda_function.api', { function_name: 'api', publish: true, tags: { 'slipway:managed': 'true' } }),
      resource('aws_lambda_alias.live', { name: 'live', function_name: 'api', function_version: '4' }),
      resource('aws_apigatewayv2_integration.api', {
        integration_uri: `arn:aws:apigateway:eu-west-1:lambda:path/2015-03-31/functions/${ARN}:live/invocations`,
      }),
      resource('aws_lambda_permission.api', { function_name: 'api', qualifier: 'live' }),
      resource('aws_cloudwatch_metric_alarm.api', {
        alarm_name: 'api-5xx',
        namespace: 'AWS/Lambda',
        metric_name: 'Errors',
        dimensions,
      }),
    ];
    project.write('state.json', json({ format_version: '1.0', values: { root_module: { resources } } }));
    const { said, code } = await project.init('state.json', '--check');
    expect(sentences(said, 'missing')).toEqual([]);
    expect(code).toBe(0);
    expect(said).toContain(`Nothing is missing. Run slipway init without --check; it writes ${spec()}.`);
    expect(sentences(said, 'look')).toContainEqual(expect.stringMatching(/needs ignore_changes/));
    await project.init('state.json');
    expect(readServiceFile(spec()).alarms).toEqual(['api-5xx']);
  });
});

describe('Kubernetes outputs', () => {
  const orders = `# Source: orders
---
apiVersion: apps/v1
kind: Deployment
metadata: { name: orders, namespace: shop, labels: { helm.sh/chart: orders-1.0 } }
spec: { template: { spec: { containers: [{ name: app, image: 'registry/orders:1', readinessProbe: {} }] } } }
---
apiVersion: v1
kind: Service
metadata: { name: orders }
---
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: { name: front }
spec: { rules: [{ backendRefs: [{ name: orders, port: 80 }] }] }
`;

  test('the output of helm template becomes a service with its route and the folder of the manifests', async () => {
    project.write('deploy/all.yaml', orders);
    const { said } = await project.init('deploy/all.yaml', '--cluster', 'main');
    expect(readServiceFile(spec()).target).toMatchObject({
      kind: 'kubernetes',
      cluster: 'main',
      namespace: 'shop',
      workload: 'orders',
      route: { kind: 'httpRoute', name: 'front' },
      manifests: { folder: 'deploy' },
    });
    expect(sentences(said, 'look')).toContainEqual(expect.stringMatching(/^Helm manages orders, and puts back/));
    expect(sentences(said, 'missing')).toEqual([expect.stringMatching(/^No alarm is named/)]);

    project.write('slipway.yml', project.read('slipway.yml').replace('alarms: []', 'alarms: [orders-5xx]'));
    const { said: again, code } = await project.init('deploy/all.yaml', '--check');
    expect([sentences(again, 'missing'), code]).toEqual([[], 0]);
    expect(again).not.toContain('do not name the cluster');
    expect(again).toContain(`Nothing is missing. Register it: slipway apply -f ${join(project.folder, 'slipway.yml')}`);
  });

  test('a folder of manifests is read as a whole', async () => {
    const [deployment = '', ...others] = orders.split('---\n').slice(1);
    project.write('deploy/deployment.yaml', deployment);
    project.write('deploy/others.yml', others.join('---\n'));
    const { said } = await project.init('deploy');
    expect(readServiceFile(spec()).target).toMatchObject({ workload: 'orders', route: { name: 'front' } });
    expect(sentences(said, 'right')).toContain('The Service orders is there.');
  });

  test('manifests in a folder above slipway.yml are refused, because Slipway reads no folder above it', async () => {
    project.write('all.yaml', orders);
    const out = join(project.folder, 'deploy/slipway.yml');
    await expect(project.init('all.yaml', '--out', out)).rejects.toThrow(/Write slipway.yml above them: --out FILE/);
  });
});
