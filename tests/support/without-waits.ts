import { RETRY } from "../../providers/pocket-id/errors";

/** Repeats failed requests at once in all tests of a file: how often counts there, and not when. */
export function withoutWaits(): void {
  const { waitsMs } = RETRY;
  beforeAll(() => {
    Object.assign(RETRY, { waitsMs: waitsMs.map(() => 0) });
  });
  afterAll(() => {
    Object.assign(RETRY, { waitsMs });
  });
}
