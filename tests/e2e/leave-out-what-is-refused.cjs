/**
 * A plugin of the Serverless Framework for the copy of the project that goes to the emulator. It removes from the
 * template what the emulator's CloudFormation refuses, which is alarms on more than one metric, and prints what it
 * removed.
 */
module.exports = class LeaveOutWhatIsRefused {
  constructor(serverless) {
    this.hooks = {
      'after:aws:package:finalize:mergeCustomProviderResources': () => {
        const { Resources } = serverless.service.provider.compiledCloudFormationTemplate;
        const refused = Object.keys(Resources).filter((id) => isMetricMath(Resources[id]));
        for (const id of refused) delete Resources[id];
        process.stdout.write(`Left out of the template: ${refused.join(', ') || 'nothing'}\n`);
      },
    };
  }
};

function isMetricMath({ Type, Properties }) {
  return Type === 'AWS::CloudWatch::Alarm' && Properties.Metrics !== undefined;
}
