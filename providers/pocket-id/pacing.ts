/**
 * One queue for all requests of this process to one server, paced by the server's answers.
 *
 * Pocket ID 2.3 to 2.9 allows 100 requests at once, then one a second, and names no wait; since 2.10 it allows
 * 100 a second and returns how long to wait. Below the limit the queue only bounds how many are under way. At the limit of an
 * old server it sends one request at a time, and slower after each further refusal: other processes may share the limit.
 */
export const PACING = {
  /** Requests under way at once; SQLite behind Pocket ID gains nothing from more. */
  parallel: 8,
  /** Pause between requests after a 429 without a time; the old limiter gives one request back each second. */
  pauseMs: 1_000,
  /** Factors by which each further refusal lengthens the pause, up to the longest, and each answer shortens it. */
  slower: 1.5,
  faster: 0.9,
  longestPauseMs: 12_000,
  /** After this long without a 429 the queue runs freely again: the old limiter's bucket is full after 100 s. */
  calmMs: 100_000,
  /** A line to the user at most this often while the server makes us wait. */
  noticeMs: 10_000,
} as const;

export class Pacer {
  private active = 0;
  private readonly waiting: (() => void)[] = [];
  /** No request starts before this time. */
  private notBefore = 0;
  /** The pause between two starts; 0 until the server refuses a request. */
  private pauseMs = 0;
  private lastRefusal = 0;
  private lastNotice = 0;
  private timer: NodeJS.Timeout | undefined;

  constructor(private readonly notice: (line: string) => void) {}

  /** Runs the task when its turn has come. */
  async run<T>(task: () => Promise<T>): Promise<T> {
    await new Promise<void>((start) => {
      this.waiting.push(start);
      this.startNext();
    });
    try {
      const result = await task();
      if (this.pauseMs > 0) this.pauseMs = Math.max(PACING.pauseMs, this.pauseMs * PACING.faster);
      return result;
    } finally {
      this.active -= 1;
      this.startNext();
    }
  }

  /**
   * After a 429, all requests wait.
   *
   * @param retryAfterMs the wait that the server named; without one, the pause of an old limiter.
   */
  slowDown(retryAfterMs: number | undefined): void {
    const now = Date.now();
    if (retryAfterMs === undefined) this.lengthenPause(now);
    this.lastRefusal = now;
    this.notBefore = Math.max(this.notBefore, now + (retryAfterMs ?? jittered(this.pauseMs)));
    if (now - this.lastNotice < PACING.noticeMs) return;
    this.lastNotice = now;
    this.notice(`waiting for Pocket ID's rate limit (${this.waiting.length + this.active} requests to go)`);
  }

  /** Requests that were sent together are refused together: that counts as one refusal. */
  private lengthenPause(now: number): void {
    if (this.pauseMs === 0) this.pauseMs = PACING.pauseMs;
    else if (now - this.lastRefusal >= PACING.pauseMs) {
      this.pauseMs = Math.min(this.pauseMs * PACING.slower, PACING.longestPauseMs);
    }
  }

  private startNext(): void {
    if (this.pauseMs > 0 && Date.now() - this.lastRefusal > PACING.calmMs) this.pauseMs = 0;
    const parallel = this.pauseMs > 0 ? 1 : PACING.parallel;
    while (this.timer === undefined && this.active < parallel && this.waiting.length > 0) {
      const wait = this.notBefore - Date.now();
      if (wait > 0) {
        this.timer = setTimeout(() => {
          this.timer = undefined;
          this.startNext();
        }, wait);
        return;
      }
      if (this.pauseMs > 0) this.notBefore = Date.now() + jittered(this.pauseMs);
      this.active += 1;
      this.waiting.shift()?.();
    }
  }
}

/** A little more or less, so that processes that wait for the same limit don't return together. */
function jittered(milliseconds: number): number {
  return milliseconds * (1 + Math.random() / 10);
}

/** Runs tasks of one key one after the other: Pocket ID has only full-list writes, and two at once would lose one. */
export class KeyedLock {
  private readonly tails = new Map<string, Promise<unknown>>();

  run<T>(key: string, task: () => Promise<T>): Promise<T> {
    const before = this.tails.get(key) ?? Promise.resolve();
    const mine = before.then(task, task);
    const tail = mine
      .catch(() => undefined)
      .finally(() => {
        if (this.tails.get(key) === tail) this.tails.delete(key);
      });
    this.tails.set(key, tail);
    return mine;
  }
}
