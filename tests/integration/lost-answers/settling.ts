/** Virtual time together with a real database: no timer fires while a call of the store is under way. */

export interface Settling {
  /** Returns the same port, and waits for its calls. */
  watched<Port extends object>(port: Port): Port;
  /** Resolves when no call is under way and no promise has a reaction left to run. */
  settle(): Promise<void>;
}

export function settling(): Settling {
  let onTheirWay = 0;
  let idle = Promise.withResolvers<void>();
  const leave = () => {
    onTheirWay -= 1;
    if (onTheirWay > 0) return;
    idle.resolve();
    idle = Promise.withResolvers<void>();
  };
  return {
    watched<Port extends object>(port: Port): Port {
      const methods = Object.entries(port).map(([name, call]) => {
        if (typeof call !== 'function') return [name, call];
        const watched = (...given: unknown[]) => {
          onTheirWay += 1;
          return Promise.resolve(call(...given)).finally(leave);
        };
        return [name, watched];
      });
      return Object.fromEntries(methods);
    },
    async settle() {
      for (;;) {
        await drained();
        if (onTheirWay === 0) return;
        await idle.promise;
      }
    },
  };
}

/** All promise reactions run before Node runs its next immediate. */
function drained(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
