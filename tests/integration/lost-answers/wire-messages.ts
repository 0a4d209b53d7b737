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
