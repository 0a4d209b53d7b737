/**
 * Limits that the AWS API references state in words and the service models leave out: sizes of whole requests, unique
 * ids, and characters.
 */
import type {
  DescribeAlarmsInput,
  Dimension,
  GetMetricDataInput,
  MetricDataQuery,
  PutMetricDataInput,
} from '@aws-sdk/client-cloudwatch';
import type { PutEventsRequest } from '@aws-sdk/client-eventbridge';
import type { InvokeCommandInput, UpdateAliasRequest } from '@aws-sdk/client-lambda';
import type { SendTaskSuccessInput, StartExecutionInput } from '@aws-sdk/client-sfn';
import type { PublishBatchInput } from '@aws-sdk/client-sns';
import type { StackAnswer } from '../../src/ports/stack-answers.ts';
import type { SdkInput } from './observed-commands.ts';

type Problems = readonly (string | false)[];

const KB = 1_024;
const REQUEST_BYTES_MAX = 256 * KB;

function isOfOneMetric({ Expression }: MetricDataQuery): boolean {
  return Expression === undefined;
}

const LIMITS: Readonly<Record<string, (input: never) => Problems>> = {
  'eventbridge.PutEvents': ({ Entries = [] }: PutEventsRequest) => [
    sum(Entries.map(({ Source, DetailType, Detail }) => 14 + sum([Source, DetailType, Detail].map(bytes)))) >
      REQUEST_BYTES_MAX && 'the entries have more than 256 KB',
    !Entries.every(({ Detail }) => isJsonObject(Detail)) && 'a Detail is no JSON object',
    !Entries.every(({ DetailType }) => /^.{1,128}$/.test(DetailType ?? '')) &&
      'a DetailType has not 1 to 128 characters',
    !Entries.every(({ Source }) => /^(?!aws\.)./.test(Source ?? '')) && 'a Source is none that a customer may send',
  ],
  'sns.PublishBatch': ({ PublishBatchRequestEntries: entries = [] }: PublishBatchInput) => [
    (entries.length < 1 || entries.length > 10) && `${entries.length} entries, and 1 to 10 are taken`,
    !areUnique(entries.map(({ Id }) => Id)) && 'two entries have one Id',
    !entries.every(({ Id }) => /^[\w-]{1,80}$/.test(Id ?? '')) && 'an Id is not 1 to 80 of letters, digits, - and _',
    !entries.every(({ Message }) => Message) && 'a Message is empty',
    !entries.every(({ Subject = 'x' }) => /^[!-~][ -~]{0,99}$/.test(Subject)) && 'a Subject is not 1 to 100 of ASCII',
    !entries.every(({ MessageAttributes = {} }) => Object.values(MessageAttributes).every((one) => one.StringValue)) &&
      'an attribute is empty',
    sum(entries.map(({ Message, MessageAttributes }) => bytes(Message) + bytes(JSON.stringify(MessageAttributes)))) >
      REQUEST_BYTES_MAX && 'the entries have more than 256 KB',
  ],
  'cloudwatch.GetMetricData': ({ MetricDataQueries: queries = [], StartTime, EndTime }: GetMetricDataInput) => [
    (queries.length < 1 || queries.length > 500) && `${queries.length} queries, and 1 to 500 are taken`,
    !areUnique(queries.map(({ Id }) => Id)) && 'two queries have one Id',
    !queries.every(({ Id }) => /^[a-z]\w*$/.test(Id ?? '')) && 'an Id does not begin with a small letter',
    !(Number(StartTime) < Number(EndTime)) && 'it does not start before it ends',
    !queries.every(({ Expression = '' }) => Expression.length <= 2_048) &&
      'an expression has more than 2,048 characters',
    ...queries
      .filter(isOfOneMetric)
      .flatMap(({ MetricStat: { Metric, Period = 0, Stat = '' } = {} as never }) => [
        !([1, 5, 10, 20, 30].includes(Period) || Period % 60 === 0) && `${Period} is no period`,
        !STATISTIC.test(Stat) && `${Stat} is no statistic`,
        ...(Metric?.Dimensions ?? []).map(dimensionProblem),
      ]),
  ],
  // A missing field means all alarms. Only the search for a person who adopts does this.
  'cloudwatch.DescribeAlarms': ({ AlarmNames }: DescribeAlarmsInput) => [
    AlarmNames?.length === 0 && 'no names, which asks for every alarm there is',
  ],
  'cloudwatch.PutMetricData': ({ Namespace = '', MetricData = [] }: PutMetricDataInput) => [
    MetricData.length > 1_000 && 'more than 1,000 metrics',
    Namespace.startsWith('AWS/') && 'the namespaces AWS/ belong to AWS',
    !MetricData.every(({ Value = 0 }) => Math.abs(Value) < 2 ** 360) && 'a value is no number that CloudWatch takes',
    !MetricData.every(({ StorageResolution = 60 }) => [1, 60].includes(StorageResolution)) &&
      'a resolution is neither 1 nor 60',
    ...MetricData.flatMap(({ Dimensions = [] }) => Dimensions.map(dimensionProblem)),
  ],
  'lambda.UpdateAlias': ({ FunctionVersion = '', RoutingConfig }: UpdateAliasRequest) => [
    Object.keys(RoutingConfig?.AdditionalVersionWeights ?? {}).length > 1 && 'more than one further version',
    FunctionVersion in (RoutingConfig?.AdditionalVersionWeights ?? {}) && 'its own version has a weight',
  ],
  'lambda.Invoke': ({ Payload = '' }: InvokeCommandInput) => [
    Buffer.byteLength(Payload as string) > 6 * KB * KB && 'the payload has more than 6 MB',
  ],
  'sfn.StartExecution': ({ name = '', input = '{}' }: StartExecutionInput) => [
    !/^[\w.-]{1,80}$/.test(name) && `an execution cannot be called ${name}`,
    bytes(input) > REQUEST_BYTES_MAX && 'the input has more than 256 KB',
    !isJsonObject(input) && 'the input is no JSON',
  ],
  'sfn.SendTaskSuccess': ({ output }: SendTaskSuccessInput) => [!isJsonObject(output) && 'the output is no JSON'],
  'cloudformation.Answer': (answer: StackAnswer) => [
    bytes(JSON.stringify(answer)) > 4 * KB && 'the answer has more than 4 KB',
    !['SUCCESS', 'FAILED'].includes(answer.Status) && `${answer.Status} is no status`,
    !(answer.Reason && answer.PhysicalResourceId && answer.StackId && answer.RequestId && answer.LogicalResourceId) &&
      'a field is missing',
  ],
};

const STATISTIC =
  /^(SampleCount|Average|Sum|Minimum|Maximum|IQM|p(100|\d{1,2}(\.\d{1,10})?)|(TC|PR|TS|TM|WM)\((\d+(\.\d{1,10})?)?:(\d+(\.\d{1,10})?)?\))$/;

/** Printable ASCII with at least one character that is not a blank, and no colon at the start. */
function dimensionProblem({ Name = '', Value = '' }: Dimension): string | false {
  const isGood = (text: string) => /^(?!:)[ -~]*[!-~][ -~]*$/.test(text);
  return !(isGood(Name) && isGood(Value)) && `the dimension ${Name} is ${JSON.stringify(Value)}`;
}

function bytes(text: string | undefined): number {
  return Buffer.byteLength(text ?? '', 'utf8');
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, one) => total + one, 0);
}

function areUnique(words: readonly unknown[]): boolean {
  return new Set(words).size === words.length;
}

function isJsonObject(text: string | undefined): boolean {
  try {
    const value = JSON.parse(text ?? '');
    return typeof value === 'object' && value !== null && !Array.isArray(value);
  } catch {
    return false;
  }
}

export function limitProblems({ service, operation, input }: SdkInput): string[] {
  const limit = LIMITS[`${service}.${operation}`];
  return (limit?.(input as never) ?? [])
    .filter((problem) => problem !== false)
    .map((problem) => `${operation}: ${problem}`);
}
