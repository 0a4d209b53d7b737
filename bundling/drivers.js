import { missing, replacing } from './replacing.js';

/** The parts of the PostgreSQL driver and of Drizzle that the store never reaches. */
export const drivers = replacing('drivers', {
  pg: {
    // The driver on libpq.
    'lib/native/index.js': missing('pg-native'),
    // For SCRAM with channel binding, which is off unless a client asks for it.
    'lib/crypto/cert-signatures.js': `exports.signatureAlgorithmHashFromCertificate = () => { ${missing('channel binding')} };`,
    // How a value is sent. The store sends no dates, no bytes and no nested lists, and quotes nothing itself.
    'lib/utils.js': `
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
  pgpass: {
    // The password file in a home directory.
    'lib/index.js': missing('pgpass'),
  },
  'pg-types': {
    // Answers in the binary format, which a client has to ask for too.
    'lib/binaryParsers.js': 'exports.init = () => {};',
    // Dates, intervals, arrays and geometry: the tables have numbers, booleans and text, and their JSON is text. A bigint
    // is text here, as in pg itself.
    'lib/textParsers.js': `
      const parseInteger = (value) => parseInt(value, 10);
      exports.init = (register) => {
        register(16, (value) => (value === null ? value : ['TRUE', 't', 'true', 'y', 'yes', 'on', '1'].includes(value)));
        for (const integer of [21, 23, 26]) register(integer, parseInteger);
        for (const float of [700, 701]) register(float, parseFloat);
      };`,
    'lib/arrayParser.js': `exports.create = () => { ${missing('arrays')} };`,
  },
  'drizzle-orm': {
    // All types of columns, for the form of pgTable that takes a function.
    'pg-core/columns/all.js': `export const getPgColumnBuilders = () => { ${missing('pgTable with a function')} };`,
  },
});
