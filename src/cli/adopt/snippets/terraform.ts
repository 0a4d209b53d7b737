/** For Terraform: an alias that Terraform does not move, the alarm, and the arguments that change. */
import { type AlarmToMake, alarmToMake } from '../../../domain/alarms/alarm-to-make.ts';
import { MANAGED_TAG } from '../../../domain/lambda/owner-tag.ts';
import type { Adoption } from '../adoption.ts';
import { describedAlarm } from '../alarm-parts.ts';
import type { FoundTrigger } from '../found-function.ts';
import type { Snippet } from '../snippet.ts';

const FILE = 'slipway.tf';

export function terraformSnippet(adoption: Adoption): Snippet | null {
  const { alias, alarm, toMove, found, target } = adoption;
  const address = alias?.id ?? `aws_lambda_alias.${label(adoption)}_${underscored(target.alias)}`;
  const blocks = [
    ...(alias === null ? [aliasBlock(adoption)] : []),
    ...(alarm.isThere ? [] : [alarmBlock(adoption)]),
    ...(toMove.length === 0 ? [] : [moves(toMove, address)]),
  ];
  const steps = functionSteps(adoption);
  if (blocks.length === 0) return steps.length === 0 ? null : { steps, text: null, suggestedFile: FILE };
  const head = `# What Slipway needs of ${found.id}. Made by slipway init.\n`;
  return { steps, text: `${head}${blocks.join('\n')}`, suggestedFile: FILE };
}

function functionSteps({ found, isTagged, alias }: Adoption): string[] {
  const where = isInModule(found.id) ? `the call of ${moduleOf(found.id)}` : found.id;
  const needsVersion = alias === null && found.versions.length === 0;
  return [
    ...(needsVersion ? [`In ${where}:  publish = true. Without it the alias could only begin on $LATEST.`] : []),
    ...(isTagged ? [] : [`In ${where}:  tags = { "${MANAGED_TAG}" = "true" }, beside the tags that are there.`]),
  ];
}

function isInModule(address: string): boolean {
  return address.startsWith('module.');
}

function moduleOf(address: string): string {
  return address.replace(/\.aws_lambda_function\..*$/, '');
}

function underscored(text: string): string {
  return text.replace(/[^A-Za-z0-9_]+/g, '_');
}

/** `module.api.aws_lambda_function.this[0]` gets the name of its module, because `this` says nothing. */
function label({ found: { id } }: Adoption): string {
  const name = isInModule(id) ? moduleOf(id).replaceAll('module.', '') : id.replace(/^aws_lambda_function\./, '');
  return underscored(name.replace(/\[.*?\]/g, ''));
}

/** A module shows only its outputs; these are the outputs of terraform-aws-modules/lambda. */
function expressions({ found, target }: Adoption): { readonly name: string; readonly version: string } {
  if (!isInModule(found.id)) return { name: `${found.id}.function_name`, version: `${found.id}.version` };
  const module = moduleOf(found.id);
  const name = found.functionName === null ? `${module}.lambda_function_name` : JSON.stringify(target.function);
  return { name, version: `${module}.lambda_function_version` };
}

function aliasBlock(adoption: Adoption): string {
  const { alias } = adoption.target;
  const { name, version } = expressions(adoption);
  return `resource "aws_lambda_alias" "${label(adoption)}_${underscored(alias)}" {
  name             = "${alias}"
  function_name    = ${name}
  function_version = ${version}
  # Slipway moves it from here on.
  lifecycle { ignore_changes = [function_version, routing_config] }
}
`;
}

function alarmBlock(adoption: Adoption): string {
  const { name } = expressions(adoption);
  const { alarm, target } = adoption;
  const text = name.startsWith('"') ? target.function : `\${${name}}`;
  const dimensions = `{ FunctionName = ${name}, Resource = "${text}:${target.alias}" }`;
  const made = alarmToMake(describedAlarm(alarm.name), target);
  return `resource "aws_cloudwatch_metric_alarm" "${label(adoption)}_errors" {
  alarm_name          = "${made.AlarmName}"
  alarm_description   = "${made.AlarmDescription}"
  evaluation_periods  = ${made.EvaluationPeriods}
  datapoints_to_alarm = ${made.DatapointsToAlarm}
  threshold           = ${made.Threshold}
  comparison_operator = "${made.ComparisonOperator}"
  treat_missing_data  = "${made.TreatMissingData}"
${made.Metrics.map((query) => queryBlock(query, dimensions)).join('')}}
`;
}

function queryBlock(
  { Id, Expression, Label, MetricStat, ReturnData }: AlarmToMake['Metrics'][number],
  dimensions: string,
) {
  if (MetricStat === undefined) {
    return `  metric_query {
    id          = "${Id}"
    expression  = "${Expression}"
    label       = "${Label}"
    return_data = ${ReturnData}
  }
`;
  }
  return `  metric_query {
    id = "${Id}"
    metric {
      namespace   = "${MetricStat.Metric.Namespace}"
      metric_name = "${MetricStat.Metric.MetricName}"
      period      = ${MetricStat.Period}
      stat        = "${MetricStat.Stat}"
      dimensions  = ${dimensions}
    }
  }
`;
}

/** These resources take the function's name and its qualifier separately. */
const SEPARATE = /^aws_lambda_(permission|function_url|function_event_invoke_config)$/;
const INVOKED = /^aws_(apigatewayv2|api_gateway)_(integration|authorizer)$/;

function moves(triggers: readonly FoundTrigger[], alias: string): string {
  const lines = triggers.map(({ id, property }) => {
    const type = id.replace(/^(module\.[^.]+\.)*/, '').replace(/\..*$/, '');
    if (SEPARATE.test(type)) return `#   ${id}: qualifier = ${alias}.name`;
    if (INVOKED.test(type)) return `#   ${id}: ${property} = ${alias}.invoke_arn`;
    return `#   ${id}: ${property} = ${alias}.arn, where it names the function`;
  });
  return `# Set in each of these:\n${lines.join('\n')}\n`;
}
