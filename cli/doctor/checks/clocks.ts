import type { ClockFacts } from "../facts";
import { type Finding, finding } from "../finding";

/** Smaller differences can be latency, and servers tolerate them. */
const TOLERANCE_MS = 2 * 60 * 1_000;

/** Compares the clocks of this machine and of both services. Two that agree outvote the third. */
export function checkClocks(clocks: readonly ClockFacts[]): Finding[] {
  const wrong = clocks.filter(({ aheadMs }) => Math.abs(aheadMs) > TOLERANCE_MS);
  const [first, second] = wrong;
  if (first === undefined) return [];
  if (second === undefined || !agree(first, second)) {
    // One answer doesn't show whose clock is wrong.
    const fix = clocks.length === 1 ? FIX_EITHER : fixOf(first);
    return [
      finding("clock-differs", described(first), fix),
      ...(second === undefined ? [] : [finding("clock-differs", described(second), fixOf(second))]),
    ];
  }
  const away = first.aheadMs > 0 ? "behind" : "ahead of";
  const what = `the clock of this machine is ${duration(first.aheadMs)} ${away} those of Pocket ID and oCIS`;
  return [finding("clock-differs", what, FIX_HERE)];
}

const agree = (a: ClockFacts, b: ClockFacts) => Math.abs(a.aheadMs - b.aheadMs) <= TOLERANCE_MS;

function described({ service, aheadMs }: ClockFacts): string {
  const where = aheadMs > 0 ? "ahead of" : "behind";
  return `the clock of ${service}, or of its proxy, is ${duration(aheadMs)} ${where} this machine's`;
}

/** Also the fix for a certificate that only one clock makes invalid. */
export const FIX_HERE = "set the clock of this machine, for instance with `timedatectl set-ntp true`";

const FIX_EITHER = "compare `date -u` on both machines, and set the clock that is wrong";

const fixOf = ({ service }: ClockFacts) =>
  `compare \`date -u\` on this machine and on that of ${service}, and set the clock that is wrong`;

function duration(ms: number): string {
  const minutes = Math.round(Math.abs(ms) / 60_000);
  if (minutes < 120) return `${minutes} minutes`;
  const hours = Math.round(minutes / 60);
  return hours < 48 ? `${hours} hours` : `${Math.round(hours / 24)} days`;
}
