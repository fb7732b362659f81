/**
 * Calls a function in a turn of the event loop of its own. Pulumi writes the call stack of each `new` into the state, where the
 * SDK's own frames would be 200 bytes of every resource; `npm run bench` shows the state's size.
 */
export function inOwnTurn<T>(declare: () => T): Promise<T> {
  return new Promise((resolve, reject) => {
    setImmediate(() => {
      try {
        resolve(declare());
      } catch (error) {
        reject(error instanceof Error ? error : new Error(String(error)));
      }
    });
  });
}
