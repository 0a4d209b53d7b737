/**
 * The schema of `custom.slipway`, which the framework checks. settings.js checks the rest, and fills in what is left
 * out.
 */

/** The condition of AWS::CloudWatch::Alarm in two figures. */
const ALARM = {
  anyOf: [
    { const: false },
    {
      type: 'object',
      properties: {
        errorsAbove: { type: 'integer', minimum: 0 },
        overMinutes: { type: 'integer', minimum: 1, maximum: 60 },
      },
      additionalProperties: false,
    },
  ],
};
/** The file of a spec, or fields of a spec. */
const SPEC = { anyOf: [{ type: 'string', minLength: 1 }, { type: 'object' }, { const: false }] };
const OF_ONE = {
  type: 'object',
  properties: { service: { type: 'string' }, alarm: ALARM, spec: SPEC },
  additionalProperties: false,
};

const SCHEMA = {
  type: 'object',
  properties: {
    functions: {
      anyOf: [
        { type: 'array', items: { type: 'string' } },
        { type: 'object', additionalProperties: { anyOf: [OF_ONE, { type: 'null' }] } },
      ],
    },
    alias: { type: 'string' },
    url: { type: 'string' },
    token: { type: 'string' },
    audience: { type: 'string' },
    alarm: ALARM,
    spec: SPEC,
    leave: { type: 'array', items: { type: 'string' } },
    follow: { type: 'boolean' },
    release: { type: 'boolean' },
    hotfix: { type: 'boolean' },
  },
  additionalProperties: false,
};

module.exports = { SCHEMA };
