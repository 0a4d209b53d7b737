/**
 * The first version of each function, the alias on it, and the alarms on that alias. Their names in the template never
 * change. So CloudFormation sees no change in them, and never touches an alias that Slipway has moved since.
 */
function putBehindAlias(serverless, { functions }) {
  const { Resources } = serverless.service.provider.compiledCloudFormationTemplate;
  for (const one of functions) {
    const made = {
      [one.versionId]: firstVersion(one),
      [one.aliasId]: aliasOn(one),
      ...Object.fromEntries(one.alarms.map((alarm) => [alarm.id, alarmOn(one, alarm)])),
    };
    const under = one.condition === undefined ? {} : { Condition: one.condition };
    for (const [id, resource] of Object.entries(made)) Resources[id] = { ...resource, ...under };
  }
}

function firstVersion({ functionId }) {
  return {
    Type: 'AWS::Lambda::Version',
    DeletionPolicy: 'Retain',
    UpdateReplacePolicy: 'Retain',
    Properties: { FunctionName: { Ref: functionId } },
  };
}

function aliasOn({ functionId, versionId, alias }) {
  const FunctionVersion = { 'Fn::GetAtt': [versionId, 'Version'] };
  return {
    Type: 'AWS::Lambda::Alias',
    Properties: { Name: alias, FunctionName: { Ref: functionId }, FunctionVersion },
  };
}

function alarmOn({ key, functionId, alias }, { name, namespace, metric, above, overMinutes }) {
  return {
    Type: 'AWS::CloudWatch::Alarm',
    Properties: {
      AlarmName: name,
      AlarmDescription: `${metric} of ${key} behind ${alias}. Slipway takes a new version back when it turns red.`,
      Namespace: namespace,
      MetricName: metric,
      // Both dimensions are needed. Otherwise CloudWatch shows the sum of the alias and $LATEST. The second is a name
      // and not an ARN.
      Dimensions: [
        { Name: 'FunctionName', Value: { Ref: functionId } },
        { Name: 'Resource', Value: { 'Fn::Sub': `\${${functionId}}:${alias}` } },
      ],
      Statistic: 'Sum',
      Period: 60 * overMinutes,
      EvaluationPeriods: 1,
      Threshold: above,
      ComparisonOperator: 'GreaterThanThreshold',
      TreatMissingData: 'notBreaching',
    },
  };
}

module.exports = { putBehindAlias };
