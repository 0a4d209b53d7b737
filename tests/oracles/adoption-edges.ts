/** Makes `slipway adopt` send commands with the largest and oddest inputs that it accepts; see aws-edges.ts. */
import { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import { LambdaClient } from '@aws-sdk/client-lambda';
import { lambdaAdoptions } from '../../src/aws/lambda-adoption.ts';
import { alarmToMake } from '../../src/domain/alarms/alarm-to-make.ts';
import { answering, failing } from './answering-client.ts';
import { longestLambda } from './aws-edges.ts';

export async function driveAdoption(): Promise<void> {
  const target = longestLambda();
  const region = 'eu-west-1';
  const FunctionArn = `arn:aws-us-gov:lambda:us-gov-west-1:123456789012:function:${target.function}`;
  const answers = { CreateAlias: failing('ResourceConflictException') };
  const lambda = answering(new LambdaClient({ region }), { FunctionArn, Version: '1', FunctionVersion: '1' }, answers);
  const adoptions = lambdaAdoptions({ lambda, cloudwatch: answering(new CloudWatchClient({ region }), {}) });
  await adoptions.read(target.function);
  await adoptions.publish({ functionName: target.function, codeSha256: `${'x'.repeat(43)}=` });
  await adoptions.createAlias(target, '1');
  await adoptions.tag(FunctionArn, { 'slipway:managed': 'true' });
  const name = '語'.repeat(255);
  await adoptions.readAlarm(name);
  await adoptions.alarmsOn(target.function);
  for (const kind of ['errors', 'serverErrors'] as const) {
    await adoptions.putAlarm(alarmToMake({ kind, name, abovePercent: 0.0001, over: { minutes: 60 } }, target));
  }
  await adoptions.putAlarm(
    alarmToMake({ kind: 'latency', name, aboveMs: 900_000, percentile: 99.9, over: { minutes: 1 } }, target),
  );
}
