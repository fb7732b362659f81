import { setTimeout as sleep } from "node:timers/promises";

/** Asks again and again, and measures the longest time without an answer. */
export function longestGap(ask: () => Promise<{ readonly status: number }>) {
  let longest = 0;
  let last = Date.now();
  let isOn = true;
  const asking = (async () => {
    while (isOn) {
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
      isOn = false;
      await asking;
      return longest;
    },
  };
}
