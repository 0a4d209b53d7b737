/**
 * Sees every command of the AWS SDK that is made after this module was loaded, whatever then becomes of it: a client that
 * sends it, a mock that answers it, or a test that only makes it. Load it before any client of the SDK.
 */
import { createRequire } from 'node:module';

export interface SdkInput {
  /** `lambda`, `eventbridge` */
  readonly service: string;
  /** `UpdateAlias` */
  readonly operation: string;
  readonly input: unknown;
  /** Where in src it was made: `src/aws/lambda-traffic.ts:84`; null where nothing of src had a part in it. */
  readonly madeAt: string | null;
}

/** A command as the SDK makes it; its schema begins with a number, the namespace and the name of the operation. */
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

/** All of them so far, in order. */
export function commandsMade(): readonly SdkInput[] {
  return made;
}

// The module that the clients have, whichever it is: they all make their commands by one builder.
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
