/** PostgreSQL's messages, cut out of the stream of one direction: enough of the protocol to see where a flush begins and ends. */

export interface WireMessage {
  /** One letter; `startup` for the first message of a client, which has none. */
  readonly kind: string;
  readonly bytes: Buffer;
}

/** Returns what is whole after each chunk; the rest waits for the next one. */
export function wireMessages({ startsUp }: { readonly startsUp: boolean }): (chunk: Buffer) => readonly WireMessage[] {
  let rest: Buffer = Buffer.alloc(0);
  let isFirst = startsUp;
  return (chunk) => {
    rest = Buffer.concat([rest, chunk]);
    const whole: WireMessage[] = [];
    for (;;) {
      const offset = isFirst ? 0 : 1;
      if (rest.length < offset + 4) return whole;
      const length = offset + rest.readUInt32BE(offset);
      if (rest.length < length) return whole;
      const kind = isFirst ? 'startup' : rest.toString('latin1', 0, 1);
      whole.push({ kind, bytes: rest.subarray(0, length) });
      rest = rest.subarray(length);
      isFirst = false;
    }
  };
}

/** Of the messages of one client: whether a statement, once the server has it, stays done when the connection is lost. */
export function lastingStatements(): (message: WireMessage) => boolean {
  const prepared = new Map<string, string>();
  let isInTransaction = false;
  return ({ kind, bytes }) => {
    const [first = '', second = ''] = bytes.toString('utf8', 5).split('\0', 2);
    if (kind === 'P') prepared.set(first, second);
    if (kind !== 'Q' && kind !== 'B') return false;
    const statement = kind === 'Q' ? first : (prepared.get(second) ?? '');
    const verb = /^\s*(\w+)/.exec(statement)?.[1]?.toLowerCase() ?? '';
    if (verb === 'begin') isInTransaction = true;
    const isOutside = !isInTransaction;
    if (verb === 'commit' || verb === 'rollback') isInTransaction = false;
    return verb === 'commit' || (isOutside && ['insert', 'update', 'delete'].includes(verb));
  };
}
