/** Loaded before a measured program by `--require`: at its end, writes its peak memory in kB. */
import { appendFileSync } from "node:fs";

const { BENCH_PEAK_MEMORY: file } = process.env;
if (file !== undefined) {
  process.on("exit", () => {
    appendFileSync(file, `${process.resourceUsage().maxRSS}\n`);
  });
}
