/** What `slipway rehearse` takes. */
import { declare } from '../arguments/declaration.ts';

export const REHEARSE = declare({
  name: 'rehearse',
  summary: 'Roll a service out a thousand times in virtual time',
  about: `Rolls the service out a thousand times for each of several scenarios, by the shipped operations and state machines in virtual time, against a model of the service: rehearsal.model in slipway.yml, or what CloudWatch recorded of it.`,
  arguments: [{ name: 'slipway.yml', summary: 'The file of the service' }],
  wants: 'Name one service: slipway rehearse slipway.yml',
  options: {
    runs: { takes: 'N', default: '1000', summary: 'Rollouts of each scenario.' },
    seed: { takes: 'WORD', default: 'slipway', summary: 'The same seed gives the same bytes.' },
    harm: {
      takes: 'errors=3',
      isRepeatable: true,
      summary: 'A harm to try, also latency=1.5 or errors=2,latency=2. Left out: a range of them.',
    },
    json: { summary: 'The whole result as JSON.' },
    report: { takes: 'FILE', summary: 'A page with the curves of each scenario.' },
    history: {
      takes: 'MINUTES',
      default: '65',
      summary: 'How long stable has had calls before the rollout. 0: a new service.',
    },
    'look-every': {
      takes: 'SECONDS',
      default: '60',
      summary: 'How often the judge looks: 60 as in AWS, 10 as npm start does.',
    },
    'from-metrics': { takes: 'FILE', summary: 'The model from what CloudWatch recorded, see below.' },
    only: { takes: 'errors=5/17', summary: 'That rollout of that scenario alone, with its timeline.' },
    workers: { takes: 'N', summary: 'Threads. Left out: as many as processors.' },
  },
  examples: ['slipway rehearse slipway.yml --runs 200', 'slipway rehearse slipway.yml --only healthy/17'],
  notes: `An error is what a user sees: an invocation that fails, or an answer with a status of 500 or more. The model does not tell
the two apart; a recorded error rate has both when the series serverErrors is in the file. It may be left out.

The file for --from-metrics is what the AWS CLI prints for these queries, best of a whole day or more:

  aws cloudwatch get-metric-data --start-time 2026-01-05T00:00:00Z --end-time 2026-01-06T00:00:00Z \\
    --metric-data-queries '[
      {"Id": "invocations", "MetricStat": {"Period": 60, "Stat": "Sum", "Metric": {"Namespace": "AWS/Lambda",
        "MetricName": "Invocations", "Dimensions": [{"Name": "FunctionName", "Value": "checkout"}]}}},
      {"Id": "errors", "MetricStat": {"Period": 60, "Stat": "Sum", "Metric": {"Namespace": "AWS/Lambda",
        "MetricName": "Errors", "Dimensions": [{"Name": "FunctionName", "Value": "checkout"}]}}},
      {"Id": "serverErrors", "MetricStat": {"Period": 60, "Stat": "Sum", "Metric": {"Namespace": "Slipway/Services",
        "MetricName": "ServerErrors", "Dimensions": [{"Name": "FunctionName", "Value": "checkout"}]}}},
      {"Id": "durationP50", "MetricStat": {"Period": 60, "Stat": "p50", "Metric": {"Namespace": "AWS/Lambda",
        "MetricName": "Duration", "Dimensions": [{"Name": "FunctionName", "Value": "checkout"}]}}},
      {"Id": "durationP99", "MetricStat": {"Period": 60, "Stat": "p99", "Metric": {"Namespace": "AWS/Lambda",
        "MetricName": "Duration", "Dimensions": [{"Name": "FunctionName", "Value": "checkout"}]}}}]' > recorded.json`,
});
