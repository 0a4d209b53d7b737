/**
 * What has to be ended when a start fails, or at a stop: the last part that began ends first. One part that cannot end
 * does not keep the others open.
 */
export interface Endings {
  add(end: () => unknown): void;
  /** Repeatable. Throws the first error, after every part had its turn. */
  run(): Promise<void>;
}

export function endings(): Endings {
  const parts: (() => unknown)[] = [];
  return {
    add: (end) => void parts.push(end),
    async run() {
      const failures: unknown[] = [];
      for (let end = parts.pop(); end !== undefined; end = parts.pop()) {
        try {
          await end();
        } catch (error) {
          failures.push(error);
        }
      }
      if (failures.length > 0) throw failures[0];
    },
  };
}
