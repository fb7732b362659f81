import { setTimeout as sleep } from "node:timers/promises";

/** Asks again and again, and measures the longest time without an answer. */
export function longestGap(ask: () => Promise<{ readonly status: number }>) {
  let longest = 0;
  let last = Date.now();
  const stopping = new AbortController();
  const asking = (async () => {
    while (!stopping.signal.aborted) {
      const isAnswer = await ask().then(
        ({ status }) => status === 200,
        () => false,
      );
      if (isAnswer) {
        longest = Math.max(longest, Date.now() - last);
        last = Date.now();
      }
      await sleep(100);
    }
  })();
  return {
    /** Stops asking. Returns the time in milliseconds. */
    async stop(): Promise<number> {
      stopping.abort();
      await asking;
      return longest;
    },
  };
}
