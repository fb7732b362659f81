import type { Answer, ClockFacts, Service } from "../facts";

/** How far the clock of an answer is ahead of ours; empty if the answer has no date, or comes from a cache. */
export function clockOf(service: Service, answer: Answer): ClockFacts[] {
  if ("failure" in answer || answer.headers["age"] !== undefined) return [];
  const aheadMs = Date.parse(answer.headers["date"] ?? "") - answer.receivedAt.getTime();
  return Number.isNaN(aheadMs) ? [] : [{ service, aheadMs }];
}
