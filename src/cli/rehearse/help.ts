/** What `slipway rehearse --help` says. */
export const REHEARSE_HELP = `Usage: slipway rehearse slipway.yml [OPTIONS]

Rolls the service out a thousand times for each of several scenarios, by the shipped operations and state machines in
virtual time, against a model of the service: rehearsal.model in slipway.yml, or what CloudWatch recorded of it.

  --runs N              Rollouts of each scenario; 1000
  --seed WORD           The same seed gives the same bytes; slipway
  --harm errors=3       A harm to try, also latency=1.5 or errors=2,latency=2; repeatable. Left out: a range of them
  --json                The whole result as JSON
  --report FILE         A page with the curves of each scenario
  --from-metrics FILE   The model from what CloudWatch recorded, see below
  --only errors=5/17    That rollout of that scenario alone, with its timeline
  --workers N           Threads; as many as processors

An error is what a user sees: an invocation that fails, or an answer with a status of 500 or more. The model does not tell
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
        "MetricName": "Duration", "Dimensions": [{"Name": "FunctionName", "Value": "checkout"}]}}}]' > recorded.json`;
