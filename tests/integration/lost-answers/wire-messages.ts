/**
 * Cuts PostgreSQL's messages out of the stream of one direction. It knows enough of the protocol to see where a flush
 * begins and ends.
 */

export interface WireMessage {
  /** One letter; `startup` for the first message of a client, which has no letter. */
  readonly kind: string;
  readonly bytes: Buffer;
}

/** Returns the complete messages after each chunk; the rest waits for the next chunk. */
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

/**
 * For the messages of one client: says whether a statement that the server got stays done when the connection is lost.
 */
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
