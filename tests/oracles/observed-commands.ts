/**
 * Records every command of the AWS SDK that is made after this module was loaded. A client may send the command, a mock
 * may answer it, or a test may only make it. Load this module before any client of the SDK.
 */
import { createRequire } from 'node:module';

export interface SdkInput {
  /** `lambda`, `eventbridge` */
  readonly service: string;
  /** `UpdateAlias` */
  readonly operation: string;
  readonly input: unknown;
  /** Where in src the command was made: `src/aws/lambda-traffic.ts:84`. Null when no code of src took part. */
  readonly madeAt: string | null;
}

/** A command as the SDK makes it. Its schema begins with a number, the namespace and the name of the operation. */
interface Made {
  readonly input: unknown;
  readonly constructor: { readonly name: string };
}
interface Builder {
  _operationSchema?: readonly unknown[];
  _init: (command: Made) => void;
  build(): unknown;
}

const made: SdkInput[] = [];
const FRAMES_MAX = 50;

/** Returns all commands so far, in order. */
export function commandsMade(): readonly SdkInput[] {
  return made;
}

// Finds the module through a client, wherever it is installed: all clients make their commands with this one builder.
const client = createRequire(import.meta.url).resolve('@aws-sdk/client-lambda');
const { Command } = createRequire(client)('@smithy/core/client') as { Command: { classBuilder(): Builder } };
const builderOf = Command.classBuilder;
Command.classBuilder = () => {
  const builder = builderOf.call(Command);
  const build = builder.build.bind(builder);
  builder.build = () => {
    const [, namespace, operation] = builder._operationSchema ?? [];
    const service = String(namespace).replace('com.amazonaws.', '');
    builder._init = ({ input }) => {
      made.push({ service, operation: String(operation), input, madeAt: placeInSource() });
    };
    return build();
  };
  return builder;
};

function placeInSource(): string | null {
  const before = Error.stackTraceLimit;
  Error.stackTraceLimit = FRAMES_MAX;
  const { stack = '' } = new Error('only for its stack');
  Error.stackTraceLimit = before;
  return /\/(src\/[\w/-]+\.ts:\d+)/.exec(stack)?.[1] ?? null;
}
