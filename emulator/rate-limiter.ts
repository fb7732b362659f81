import type { PocketIdVersion } from "./versions";

const limits = {
  "2.9": { burst: 100, perSecond: 1 },
  "2.14": { burst: 300, perSecond: 100 },
} satisfies Record<PocketIdVersion, { burst: number; perSecond: number }>;

/** Returns the time in milliseconds since any fixed moment. */
export type Clock = () => number;

/** A token bucket per caller's address, shared by `/api/*` and `/.well-known/*`. */
export class RateLimiter {
  private readonly buckets = new Map<string, { tokens: number; filledAt: number }>();

  constructor(
    private readonly version: PocketIdVersion,
    private readonly clock: Clock = () => performance.now(),
  ) {}

  /** Takes a token; returns false if there is none. */
  allows(address: string): boolean {
    const { burst, perSecond } = limits[this.version];
    const time = this.clock();
    const bucket = this.buckets.get(address) ?? { tokens: burst, filledAt: time };
    bucket.tokens = Math.min(burst, bucket.tokens + ((time - bucket.filledAt) / 1000) * perSecond);
    bucket.filledAt = time;
    this.buckets.set(address, bucket);
    if (bucket.tokens < 1) return false;
    bucket.tokens -= 1;
    return true;
  }
}

/** The Retry-After of a refusal; v2.9 sends none. */
export function retryAfter(version: PocketIdVersion): string | undefined {
  return version === "2.9" ? undefined : "1";
}
