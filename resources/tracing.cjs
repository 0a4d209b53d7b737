/** X-Ray, by the parameter tracing: off unless it is true. The permissions come with it, and are not there without it. */
const MACHINES = ['rollout', 'rollback'];

/** Of every function: X-Ray has no resources to name. */
async function statements({ resolveVariable }) {
  return (await isOn(resolveVariable)) ? [statementFor(['xray:PutTraceSegments', 'xray:PutTelemetryRecords'])] : [];
}

/** Of the state machines, which the plugin gives its permissions as soon as tracing is spoken of, on or off. */
async function resources({ resolveVariable }) {
  if (!(await isOn(resolveVariable))) return {};
  const stem = `${await resolveVariable('self:service')}-${await resolveVariable('sls:stage')}`;
  const ids = MACHINES.map((machine) => logicalId(`${stem}-${machine}`));
  const traced = { Properties: { TracingConfiguration: { Enabled: true } }, DependsOn: ['TracingOfMachines'] };
  const actions = ['PutTraceSegments', 'PutTelemetryRecords', 'GetSamplingRules', 'GetSamplingTargets'];
  return {
    Resources: {
      TracingOfMachines: {
        Type: 'AWS::IAM::Policy',
        Properties: {
          PolicyName: 'tracing',
          Roles: ids.map((id) => ({ Ref: `${id}Role` })),
          PolicyDocument: {
            Version: '2012-10-17',
            Statement: [statementFor(actions.map((action) => `xray:${action}`))],
          },
        },
      },
    },
    extensions: Object.fromEntries(ids.map((id) => [id, traced])),
  };
}

async function isOn(resolveVariable) {
  const given = String(await resolveVariable('param:tracing'));
  if (given !== 'true' && given !== 'false')
    throw new Error(`tracing is ${given}. Set the parameter to true or false.`);
  return given === 'true';
}

function statementFor(Action) {
  return { Effect: 'Allow', Action, Resource: '*' };
}

/** As the plugin makes it from the machine's name. */
function logicalId(name) {
  const id = name.replace(/-/g, 'Dash').replace(/_/g, 'Underscore');
  return `${id[0].toUpperCase()}${id.slice(1)}`;
}

module.exports = { statements, resources };
