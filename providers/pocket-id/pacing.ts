/**
 * One queue for all requests of this process to one server, in step with what the server shows.
 *
 * Pocket ID 2.3 to 2.9 allows 100 requests at once, then one a second, and says nothing of waiting; since 2.10 it allows
 * 100 a second and says how long to wait. Below the limit the queue only bounds how many are under way.
 */
export const PACING = {
  /** Requests under way at once; SQLite behind Pocket ID gains nothing from more. */
  parallel: 8,
  /** Wait after a 429 that names no time; the old limiter gives one request back each second. */
  pauseMs: 1_000,
  /** After this long without a 429 the queue runs freely again. */
  calmMs: 60_000,
  /** A line to the user at most this often while the server makes us wait. */
  noticeMs: 10_000,
} as const;

export class Pacer {
  private active = 0;
  private readonly waiting: (() => void)[] = [];
  /** No request starts before this time. */
  private notBefore = 0;
  /** The least time between two starts; 0 while the server does not complain. */
  private interval = 0;
  private lastRefusal = 0;
  private lastNotice = 0;
  private timer: NodeJS.Timeout | undefined;

  constructor(private readonly notice: (line: string) => void) {}

  /** Runs the task when its turn has come. */
  async run<T>(task: () => Promise<T>): Promise<T> {
    await new Promise<void>((start) => {
      this.waiting.push(start);
      this.next();
    });
    try {
      return await task();
    } finally {
      this.active -= 1;
      this.next();
    }
  }

  /** The server said 429: all wait. Without a named time the queue goes on one at a time, as the old limiter refills. */
  slowDown(retryAfterMs: number | undefined): void {
    const now = Date.now();
    this.lastRefusal = now;
    this.interval = retryAfterMs === undefined ? PACING.pauseMs : 0;
    this.notBefore = Math.max(this.notBefore, now + (retryAfterMs ?? PACING.pauseMs));
    if (now - this.lastNotice >= PACING.noticeMs) {
      this.lastNotice = now;
      this.notice(`waiting for Pocket ID's rate limit (${this.waiting.length + this.active} requests to go)`);
    }
  }

  private next(): void {
    if (this.timer !== undefined) return;
    const now = Date.now();
    if (this.interval > 0 && now - this.lastRefusal > PACING.calmMs) this.interval = 0;
    while (this.active < PACING.parallel) {
      if (this.waiting.length === 0) return;
      const wait = this.notBefore - now;
      if (wait > 0) {
        this.timer = setTimeout(() => {
          this.timer = undefined;
          this.next();
        }, wait);
        return;
      }
      if (this.interval > 0) this.notBefore = now + this.interval;
      this.active += 1;
      this.waiting.shift()?.();
    }
  }
}
