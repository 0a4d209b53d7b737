// As functions were written before promises: a callback, and settings from the environment.
const { release } = require('./release');

const table = process.env.TABLE_NAME;
if (!table) throw new Error('TABLE_NAME is not set');

exports.handler = (_event, context, callback) => {
  context.callbackWaitsForEmptyEventLoop = false;
  setTimeout(() => {
    if (release === 'broken') return callback(new Error('the release is broken'));
    const left = context.getRemainingTimeInMillis();
    callback(null, {
      statusCode: 200,
      body: JSON.stringify({ table, isInTime: left > 1_000 && left <= 10_000, release }),
    });
  }, 2);
};
