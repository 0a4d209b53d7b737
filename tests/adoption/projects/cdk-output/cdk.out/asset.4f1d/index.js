// As CDK's NodejsFunction leaves a function: one bundled file in CommonJS, in the folder of an asset.
var __defProp = Object.defineProperty;
var __export = (target, all) => {
  for (var name in all) __defProp(target, name, { get: all[name], enumerable: true });
};
var index_exports = {};
__export(index_exports, { handler: () => handler });
module.exports = index_exports;
var release = 'one';
var handler = async (event) => {
  if (release === 'broken') return { statusCode: 500, body: 'the release is broken' };
  return {
    statusCode: 200,
    body: JSON.stringify({ method: event.requestContext.http.method, path: event.rawPath, release }),
  };
};
