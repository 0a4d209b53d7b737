/**
 * Classes are bundled whole. Here they lose the methods that nobody calls, of Powertools what decorates, buffers and samples,
 * of signatures what signs addresses, messages and streams. One that is called all the same is not a function.
 */
import { readFile } from 'node:fs/promises';
import ts from 'typescript';

const UNCALLED = [
  {
    file: /@aws-lambda-powertools\/logger\/lib\/esm\/Logger\.js$/,
    methods: [
      ...['addContext', 'addPersistentLogAttributes', 'appendKeys', 'bufferLogItem', 'clearBuffer', 'createChild'],
      ...['createLogger', 'flushBuffer', 'getCorrelationId', 'injectLambdaContext', 'logEventIfEnabled', 'removeKeys'],
      ...['injectLambdaContextAfterOrOnError', 'injectLambdaContextBefore', 'refreshSampleRateCalculation'],
      ...['removePersistentKeys', 'removePersistentLogAttributes', 'resetKeys', 'setCorrelationId', 'shouldLogEvent'],
      ...['setPersistentLogAttributes'],
    ],
  },
  {
    file: /@smithy\/signature-v4\/dist-es\/SignatureV4\.js$/,
    methods: ['presign', 'signEvent', 'signMessage', 'signString', 'signMessageWithCredentials'],
  },
  {
    file: /@smithy\/core\/dist-es\/submodules\/protocols\/HttpProtocol\.js$/,
    methods: [
      ...['serializeEventStream', 'deserializeEventStream', 'loadEventStreamCapability'],
      ...['getEventStreamMarshaller', 'resolveEventStreamMarshaller'],
    ],
  },
  { file: /\/pg\/lib\/connection-parameters\.js$/, methods: ['getLibpqConnectionString'] },
  {
    file: /\/pg\/lib\/connection\.js$/,
    methods: ['sendCopyFromChunk', 'endCopyFrom', 'sendCopyFail', 'cancel'],
  },
  { file: /\/pg\/lib\/query\.js$/, methods: ['handleCopyInResponse', 'handleCopyData', 'handlePortalSuspended'] },
  {
    file: /\/pg\/lib\/client\.js$/,
    methods: ['cancel', 'escapeIdentifier', 'escapeLiteral', 'setTypeParser', 'getTransactionStatus'],
  },
  // src/store/connections.ts lends connections itself.
  { file: /\/pg-pool\/index\.js$/, methods: ['query'] },
];

export const methods = {
  name: 'methods',
  setup({ onLoad }) {
    for (const { file, methods } of UNCALLED) {
      onLoad({ filter: file }, async ({ path }) => ({
        contents: without(methods, await readFile(path, 'utf8')),
        loader: 'js',
      }));
    }
  },
};

function without(names, text) {
  const source = ts.createSourceFile('class.js', text, ts.ScriptTarget.Latest, true);
  const unwanted = [];
  const visit = (node) => {
    if (ts.isMethodDeclaration(node) && names.includes(node.name.getText())) unwanted.push(node);
    else ts.forEachChild(node, visit);
  };
  visit(source);
  return unwanted.reduceRight((left, { pos, end }) => left.slice(0, pos) + left.slice(end), text);
}
