/**
 * A plugin of the Serverless Framework. When the service is packaged, it puts the functions behind an alias. After
 * `deploy`, Slipway releases what the stack has just put into $LATEST. The command fails when that version was rolled
 * back.
 */
const { putBehindAlias } = require('./alias-resources.js');
const { refuseTriggersPastAlias } = require('./move-triggers.js');
const { release, requireSlipway } = require('./release.js');
const { SCHEMA } = require('./settings-schema.js');
const { prepareFunctions, readSettings } = require('./settings.js');

module.exports = class Slipway {
  constructor(serverless, options, { log } = {}) {
    serverless.configSchemaHandler?.defineCustomProperties({ type: 'object', properties: { slipway: SCHEMA } });
    const say = (line) => (log === undefined ? serverless.cli.log(line) : log.notice(line));
    const warn = (line) => (log === undefined ? serverless.cli.log(line) : log.warning(line));
    const releasing = async (names) => {
      const settings = readSettings(serverless);
      if (settings.release) await release(serverless, { settings, names, say });
    };
    this.hooks = {
      'before:package:cleanup': () => void readSettings(serverless),
      'before:package:compileFunctions': () => prepareFunctions(serverless, readSettings(serverless)),
      // Runs before the resources of serverless.yml are merged in, so that `resources.extensions` can change these too.
      'before:package:finalize': () => putBehindAlias(serverless, readSettings(serverless)),
      // Runs after all other code that changes the template: the template is deployed as it is written now.
      'before:aws:package:finalize:saveServiceState': () => {
        const settings = readSettings(serverless);
        for (const line of refuseTriggersPastAlias(serverless, settings)) warn(line);
      },
      'before:deploy:deploy': () => requireSlipway(serverless, readSettings(serverless)),
      'after:deploy:finalize': () => releasing(),
      'before:deploy:function:deploy': () => requireSlipway(serverless, readSettings(serverless)),
      'after:deploy:function:deploy': () => releasing([options.function]),
      'after:rollback:rollback': () => {
        warn(
          'Slipway: this rollback changed $LATEST alone, which nobody calls. What is live goes back by POST /rollback.',
        );
      },
    };
  }
};
