/** The body of the dashboard, which CloudWatch takes as the text of a JSON document: three graphs a row, in the order that they stand. */
const WIDTH = 8;
const HEIGHT = 6;
const ROW = 24 / WIDTH;

module.exports = async ({ resolveVariable }) => {
  const stage = await resolveVariable('sls:stage');
  const stem = `${await resolveVariable('self:service')}-${stage}`;
  const widgets = [...ofRollouts(stage), ...ofHealth({ stage, stem }), ...ofCost(stem)].map((properties, index) => ({
    type: 'metric',
    x: (index % ROW) * WIDTH,
    y: Math.floor(index / ROW) * HEIGHT,
    width: WIDTH,
    height: HEIGHT,
    properties: { region: `\${AWS::Region}`, view: 'timeSeries', period: 300, ...properties },
  }));
  return { 'Fn::Sub': JSON.stringify({ widgets }) };
};

function ofRollouts(stage) {
  const own = (name) => ['Slipway', name, 'Stage', stage];
  const outcomes = ['Opened', 'Promoted', 'RolledBack', 'Superseded', 'Failed'].map((end) => `Deployment${end}`);
  return [
    { title: 'Deployments, by what became of them', stat: 'Sum', metrics: [...outcomes, 'RollBackFailed'].map(own) },
    {
      title: 'Alarm to traffic back on stable (ms)',
      metrics: ['p50', 'p99', 'Maximum'].map((stat) => [...own('TimeToWeightZero'), { stat }]),
    },
    {
      title: 'Steps of a rollout, p90 (ms)',
      metrics: [
        found('{Slipway,Stage,Step} MetricName="RolloutStageDuration"', { narrow: `Stage="${stage}"`, stat: 'p90' }),
      ],
    },
    { title: 'Rollouts past their deadline', stat: 'Maximum', metrics: [own('RolloutsPastDeadline')] },
    {
      title: 'Pipeline, by stage, p90 (ms)',
      metrics: [
        found('{Slipway,Stage,Service,PipelineStage} MetricName="PipelineStageDuration"', {
          narrow: `Stage="${stage}"`,
          stat: 'p90',
        }),
      ],
    },
    {
      title: 'Whole deployments (ms)',
      metrics: ['p50', 'p90'].map((stat) => [...own('DeploymentDuration'), { stat }]),
    },
  ];
}

function ofHealth({ stage, stem }) {
  const functions = (name) => `{AWS/Lambda,FunctionName} MetricName="${name}"`;
  const queue = (name) => ['AWS/SQS', 'ApproximateNumberOfMessagesVisible', 'QueueName', `${stem}-${name}`];
  return [
    { title: 'Functions that failed', metrics: [found(functions('Errors'), { narrow: stem, stat: 'Sum' })] },
    { title: 'Functions, p95 (ms)', metrics: [found(functions('Duration'), { narrow: stem, stat: 'p95' })] },
    {
      title: 'Executions',
      stat: 'Sum',
      metrics: ['rollout', 'rollback'].flatMap((machine) =>
        ['Started', 'Succeeded', 'Failed', 'TimedOut'].map((end) =>
          execution(`Executions${end}`, `${stem}-${machine}`),
        ),
      ),
    },
    {
      title: 'Oldest message not yet out (s)',
      stat: 'Maximum',
      metrics: [['Slipway', 'OutboxAge', 'Stage', stage]],
    },
    {
      title: 'What did not arrive',
      stat: 'Maximum',
      metrics: ['failed-events', 'undelivered-events', 'failed-notices'].map(queue),
    },
    {
      title: 'Requests refused, by reason',
      metrics: [
        found('{Slipway,Stage,Reason} MetricName="RequestsRefused"', { narrow: `Stage="${stage}"`, stat: 'Sum' }),
      ],
    },
  ];
}

/** What is paid for: calls of functions and their time, transitions, requests. */
function ofCost(stem) {
  const functions = (name) => `{AWS/Lambda,FunctionName} MetricName="${name}"`;
  const total = (name, label) => [
    { expression: `SUM(SEARCH('${functions(name)} ${stem}', 'Sum', 3600))`, label, period: 3600 },
  ];
  return [
    { title: 'Calls of functions, an hour', period: 3600, metrics: [total('Invocations', 'calls')] },
    { title: 'Time of functions, an hour (ms)', period: 3600, metrics: [total('Duration', 'milliseconds')] },
    {
      title: 'Executions started and requests, a day',
      stat: 'Sum',
      period: 86400,
      metrics: [
        execution('ExecutionsStarted', `${stem}-rollout`),
        execution('ExecutionsStarted', `${stem}-rollback`),
        ['AWS/ApiGateway', 'Count', 'ApiId', `\${HttpApi}`],
      ],
    },
  ];
}

/** All metrics that are like it, whatever their other dimensions. */
function found(schema, { narrow, stat }) {
  return [{ expression: `SEARCH('${schema} ${narrow}', '${stat}', 300)` }];
}

function execution(name, machine) {
  const arn = `arn:\${AWS::Partition}:states:\${AWS::Region}:\${AWS::AccountId}:stateMachine:${machine}`;
  return ['AWS/States', name, 'StateMachineArn', arn];
}
