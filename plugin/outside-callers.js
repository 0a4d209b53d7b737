/** Callers that the template does not show: they have permission to call a function, and get its address elsewhere. */
const { moveReferences } = require('./references.js');

const ALEXA = /^alexa-/;
const FROM_OTHERS = /^(\d{12}$|arn:)/;

/** An unchanged permission gets a second one on the alias, so that the caller can move there without a break. */
function keepPermission(template, { id, one }) {
  const kept = template.Resources[id];
  if (kept.Type !== 'AWS::Lambda::Permission') return;
  const { moved, value } = moveReferences(kept.Properties, one);
  if (moved.length > 0) template.Resources[`${id}OnAlias`] = { ...kept, Properties: value };
}

/**
 * One line for each caller that a person must point to the alias, and for each address of the function that the stack
 * outputs.
 */
function warnOfCallersOutside(serverless, one) {
  const { Resources, Outputs = {} } = serverless.service.provider.compiledCloudFormationTemplate;
  const own = serverless.service.resources?.Resources ?? {};
  const outside = Object.entries(Resources).filter(([id, resource]) => {
    if (resource.Type !== 'AWS::Lambda::Permission' || !isOf(resource.Properties, one)) return false;
    const { Principal, SourceArn } = resource.Properties;
    const isWritten = Object.hasOwn(own, id) && !refersTo(SourceArn, Resources);
    return isWritten || (typeof Principal === 'string' && (ALEXA.test(Principal) || FROM_OTHERS.test(Principal)));
  });
  const given = Object.entries(Outputs).filter(([, { Value }]) => isArnIn(Value, one));
  return [
    ...outside.map(([id, { Properties }]) => {
      const who = Properties.Principal.AWS ?? Properties.Principal;
      const then = `Until it does, list ${id} under custom.slipway.leave`;
      return `Slipway: ${JSON.stringify(who)} calls ${one.key} from outside this stack (${id}). Have it call ${one.name}:${one.alias}. ${then}.`;
    }),
    ...given.map(([id]) => {
      return `Slipway: the output ${id} gives away the ARN of ${one.key} itself; who calls it goes past the alias. Write !Ref ${one.aliasId} there.`;
    }),
    ...urlWarning(Resources, one),
  ];
}

function urlWarning(resources, one) {
  const url = Object.entries(resources).find(
    ([, { Type, Properties }]) => Type === 'AWS::Lambda::Url' && Properties.TargetFunctionArn?.Ref === one.functionId,
  );
  if (url === undefined) return [];
  return [
    `Slipway: ${url[0]} is the URL of ${one.key}:${one.alias}. If the function had one before, that address ends with this deployment.`,
  ];
}

function isOf({ FunctionName }, { functionId, aliasId, name }) {
  const named = new RegExp(`["{:](${functionId}|${aliasId}|${name})(?![A-Za-z0-9_-])`);
  return named.test(JSON.stringify(FunctionName));
}

function isArnIn(value, one) {
  const { moved } = moveReferences(value, one);
  return moved.length > 0 && value.Ref === undefined;
}

function refersTo(value, resources) {
  if (typeof value !== 'object' || value === null) return typeof value === 'string' && /\$\{(?!AWS::)/.test(value);
  if (Object.hasOwn(resources, value.Ref)) return true;
  if (value['Fn::GetAtt'] !== undefined) return true;
  return Object.values(value).some((part) => refersTo(part, resources));
}

module.exports = { keepPermission, warnOfCallersOutside };
