import { missing, replacing } from './missing.js';

/** Of the driver of PostgreSQL, of Drizzle and of Powertools: what neither the store nor a line of the log reaches. */
export const drivers = replacing('drivers', [
  // The driver on libpq, and the password file of a home directory.
  { file: /\/pg\/lib\/native\/index\.js$/, contents: missing('pg-native') },
  { file: /\/pgpass\/lib\/index\.js$/, contents: missing('pgpass') },
  // For SCRAM bound to the TLS channel, which has to be asked for.
  {
    file: /\/pg\/lib\/crypto\/cert-signatures\.js$/,
    contents: `exports.signatureAlgorithmHashFromCertificate = () => { ${missing('channel binding')} };`,
  },
  // What a value becomes on its way: the store sends no dates, no bytes and no lists within lists, and quotes nothing itself.
  {
    file: /\/pg\/lib\/utils\.js$/,
    contents: `
      const inList = (value) =>
        value == null ? 'NULL' : '"' + exports.prepareValue(value).replace(/\\\\/g, '\\\\\\\\').replace(/"/g, '\\\\"') + '"';
      exports.prepareValue = (value) =>
        value == null ? null
        : Array.isArray(value) ? '{' + value.map(inList) + '}'
        : typeof value === 'object' ? JSON.stringify(value)
        : value.toString();
      exports.normalizeQueryConfig = (config, values, callback) => ({
        ...(typeof config === 'string' ? { text: config } : config),
        ...(typeof values === 'function' ? { callback: values } : values && { values }),
        ...(callback && { callback }),
      });`,
  },
  // Answers in the binary format have to be asked for too.
  { file: /\/pg-types\/lib\/binaryParsers\.js$/, contents: 'exports.init = () => {};' },
  // Dates, intervals, arrays and geometry: the tables have numbers, truth values and text, and their JSON is text. A bigint
  // is text here as it is in pg itself.
  {
    file: /\/pg-types\/lib\/textParsers\.js$/,
    contents: `
      const parseInteger = (value) => parseInt(value, 10);
      exports.init = (register) => {
        register(16, (value) => (value === null ? value : ['TRUE', 't', 'true', 'y', 'yes', 'on', '1'].includes(value)));
        for (const integer of [21, 23, 26]) register(integer, parseInteger);
        for (const float of [700, 701]) register(float, parseFloat);
      };`,
  },
  { file: /\/pg-types\/lib\/arrayParser\.js$/, contents: `exports.create = () => { ${missing('arrays')} };` },
  // All types of columns, for the form of pgTable that takes a function.
  {
    file: /\/drizzle-orm\/pg-core\/columns\/all\.js$/,
    contents: `export const getPgColumnBuilders = () => { ${missing('pgTable with a function')} };`,
  },
  // Attributes within attributes, which the logger is given with each line only, and there merges nothing.
  {
    file: /@aws-lambda-powertools\/commons\/lib\/esm\/deepMerge\.js$/,
    contents: 'export const deepMerge = (target, ...sources) => Object.assign(target, ...sources);',
  },
]);
