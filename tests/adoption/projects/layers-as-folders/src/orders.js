// What several functions share is in a layer: a file below /opt, and a package that the runtime finds by its name.
const { greeting } = require('/opt/nodejs/greeting');
const { shout } = require('shop-words');
const { release } = require('./release');

exports.handler = async () => {
  if (release === 'broken') throw new Error('the release is broken');
  return { statusCode: 200, body: JSON.stringify({ says: shout(greeting('shop')), release }) };
};
