import { setTimeout as sleep } from "node:timers/promises";
import { notice, type ResourceRules } from "@ocis-pocket-id/providers/core";
import { z } from "zod";

const NOT_SECONDS = "must be 1 to 3600 seconds";

/** For how long such a resource waits at most. */
export const timeLimit = (otherwise: number) =>
  z.number({ error: "must be a number" }).min(1, NOT_SECONDS).max(3_600, NOT_SECONDS).default(otherwise);

/** What a resource does that only waits for something that runs, at each `up` that changes something of it. */
export function waiting<Inputs extends object, Context>(
  until: (inputs: Inputs, open: Context) => Promise<void>,
  nameOf: (inputs: Inputs) => string,
): Pick<ResourceRules<Inputs, Inputs, Context>, "create" | "update" | "read" | "delete"> {
  return {
    async create(inputs, open) {
      await until(inputs, open);
      return { id: nameOf(inputs), outputs: inputs };
    },
    async update(_id, _olds, news, open) {
      await until(news, open);
      return news;
    },
    // What was true at the last `up`. Whether it still is, monitoring must find out: a refresh shouldn't fail with the container.
    read: (_id, olds) => Promise.resolve(olds),
    delete: () => Promise.resolve(),
  };
}

/** Why something isn't as it should be yet. */
export interface Verdict {
  readonly reason: string;
  /** True when waiting won't help. */
  readonly hopeless: boolean;
}

/** How {@link waitWhile} waits. */
export interface Wait<Seen> {
  readonly timeoutSeconds: number;
  readonly pauseMs: number;
  /** The line that is printed now and then. */
  readonly progress: (reason: string, seconds: number) => string;
  /** @param isOver whether it is given up because the time is over, after this many seconds */
  readonly failure: (verdict: Verdict, seen: Seen, isOver: boolean, seconds: number) => string;
}

const REPORT_EVERY_MS = 15_000;
/** So often in a row must waiting look hopeless before it is given up: things move while containers start. */
const TIMES_HOPELESS = 2;

/**
 * Looks again and again while something isn't as it should be.
 *
 * @throws Error in one line, when waiting won't help or the time is over
 */
export async function waitWhile<Seen extends { readonly verdict: Verdict | undefined }>(
  look: () => Promise<Seen>,
  { timeoutSeconds, pauseMs, progress, failure }: Wait<Seen>,
): Promise<void> {
  const start = Date.now();
  let nextReport = REPORT_EVERY_MS;
  let timesHopeless = 0;
  for (;;) {
    const seen = await look();
    const { verdict } = seen;
    if (verdict === undefined) return;
    timesHopeless = verdict.hopeless ? timesHopeless + 1 : 0;
    const passed = Date.now() - start;
    const seconds = Math.round(passed / 1_000);
    const isHopeless = timesHopeless >= TIMES_HOPELESS;
    if (isHopeless || passed + pauseMs > timeoutSeconds * 1_000) {
      throw new Error(failure(verdict, seen, !isHopeless, seconds));
    }
    if (passed >= nextReport) {
      notice(progress(verdict.reason, seconds));
      nextReport += REPORT_EVERY_MS;
    }
    await sleep(pauseMs);
  }
}
