/** A resource that merely has the name of a function, or has it in its own name, calls nothing and keeps its name. */
import { aProject, type Project, sentences } from './init-project.ts';

let project: Project;
beforeEach(() => {
  project = aProject({});
});
afterEach(() => project.remove());

const ordersAnd = (resources: string) => `Resources:
  Orders: { Type: AWS::Lambda::Function, Properties: { FunctionName: orders, Runtime: nodejs22.x, Handler: a.b } }
${resources}`;

test('a table, a queue, a topic and an API with the name of the function keep their names, and call nothing', async () => {
  project.write(
    'template.yaml',
    ordersAnd(`  Table: { Type: AWS::DynamoDB::Table, Properties: { TableName: orders } }
  Queue: { Type: AWS::SQS::Queue, Properties: { QueueName: orders } }
  Dead: { Type: AWS::SQS::Queue, Properties: { QueueName: !Sub '\${Orders}-dead' } }
  Topic: { Type: AWS::SNS::Topic, Properties: { TopicName: orders } }
  Api: { Type: AWS::ApiGatewayV2::Api, Properties: { Name: orders, ProtocolType: HTTP } }
  Filter: { Type: AWS::Logs::MetricFilter, Properties: { LogGroupName: !Sub '/aws/lambda/\${Orders}' } }
  Logs: { Type: AWS::Logs::SubscriptionFilter, Properties: { LogGroupName: !Join ['', [/aws/lambda/, !Ref Orders]] } }
`),
  );
  const { said } = await project.init('template.yaml');
  expect(sentences(said, 'missing').join('\n')).not.toContain('past the alias');
  expect(said).not.toMatch(/^ {2}(Table|Queue|Dead|Topic|Api|Filter|Logs):/m);
});

test('a rule and a target group with the name of the function keep it, and their targets become the alias', async () => {
  project.write(
    'template.yaml',
    ordersAnd(`  Group:
    Type: AWS::ElasticLoadBalancingV2::TargetGroup
    Properties: { Name: orders, TargetType: lambda, Targets: [{ Id: !GetAtt Orders.Arn }] }
  Rule:
    Type: AWS::Events::Rule
    Properties:
      Name: orders
      EventPattern: { source: [orders] }
      Targets:
        - { Id: !Ref Orders, Arn: !GetAtt Orders.Arn }
        - { Id: !Sub '\${Orders}-again', Arn: !Sub 'arn:aws:lambda:\${AWS::Region}:\${AWS::AccountId}:function:\${Orders}' }
`),
  );
  const { said } = await project.init('template.yaml');
  expect(said).toMatch(/Group:\n {4}Properties:\n {6}Targets:\n {8}- Id:\n {12}Ref: OrdersLive/);
  const rule = said.slice(said.indexOf('  Rule:\n'));
  expect(rule).not.toMatch(/^ {6}(Name|EventPattern)/m);
  expect(rule).toMatch(/Id:\n {12}Ref: Orders\n {10}Arn:\n {12}Ref: OrdersLive/);
  expect(rule).toMatch(/Fn::Sub: \$\{Orders\}-again[\s\S]*function:\$\{Orders\}:live/);
});

test('a field that takes the name of a function gets the alias in place of the bare name', async () => {
  project.write(
    'template.yaml',
    ordersAnd(`  May: { Type: AWS::Lambda::Permission, Properties: { FunctionName: orders, Action: lambda:InvokeFunction } }
  Steps:
    Type: AWS::StepFunctions::StateMachine
    Properties:
      Definition: { States: { Order: { Type: Task, Parameters: { FunctionName: orders } } } }
      DefinitionSubstitutions: { Name: !GetAtt Orders.Arn }
`),
  );
  const { said } = await project.init('template.yaml');
  expect(said).toMatch(/May:\n {4}Properties:\n {6}FunctionName: orders:live/);
  expect(said).toMatch(
    /Parameters:\n +FunctionName: orders:live\n {6}DefinitionSubstitutions:\n +Name:\n +Ref: OrdersLive/,
  );
});

const ARN = 'arn:aws:lambda:eu-west-1:123456789012:function:orders';
const processor = { parameters: [{ parameter_name: 'LambdaArn', parameter_value: `${ARN}:$LATEST` }] };

test.each<[string, string, object]>([
  ['state machine', 'aws_sfn_state_machine', { definition: JSON.stringify({ States: { A: { Resource: ARN } } }) }],
  ['EventBridge pipe', 'aws_pipes_pipe', { target: ARN }],
  [
    'Firehose stream',
    'aws_kinesis_firehose_delivery_stream',
    { extended_s3_configuration: [{ processing_configuration: [{ processors: [processor] }] }] },
  ],
])('a %s of Terraform is recognised as a caller of the function', async (noun, kind, called) => {
  const resource = (type: string, values: unknown) => ({ address: `${type}.it`, type, name: 'it', values });
  const resources = [
    resource('aws_lambda_function', { function_name: 'orders', runtime: 'nodejs22.x', handler: 'a.b' }),
    resource(kind, { name: 'orders', ...called }),
  ];
  project.write('terraform.json', JSON.stringify({ format_version: '1.0', values: { root_module: { resources } } }));
  const { said } = await project.init('terraform.json');
  expect(sentences(said, 'missing').join('\n')).toContain(`The ${noun} ${kind}.it calls past`);
});

test('an alias whose name depends on a condition has to be named, and then counts as the existing alias', async () => {
  project.write(
    'template.yaml',
    `Transform: AWS::Serverless-2016-10-31
Resources:
  Orders:
    Type: AWS::Serverless::Function
    Properties:
      FunctionName: orders
      Runtime: nodejs22.x
      Handler: a.b
      AutoPublishAlias: !If [IsProd, live, beta]
      DeploymentPreference: { Enabled: false }
      Events: { Api: { Type: HttpApi, Properties: { Path: /, Method: get } } }
`,
  );
  await expect(project.init('template.yaml')).rejects.toThrow(/a condition or a parameter\. Give it.*--alias NAME/);
  const { said } = await project.init('template.yaml', '--alias', 'live');
  expect(sentences(said, 'missing').join('\n')).toMatch(/The alias live moves/);
  expect(sentences(said, 'right').join('\n')).toContain('On the alias: ');
});
