/** Loaded before a measured program by `--require`: writes at its end how much memory it had at most, in kB. */
import { appendFileSync } from "node:fs";

const { BENCH_PEAK_MEMORY: file } = process.env;
if (file !== undefined) {
  process.on("exit", () => {
    appendFileSync(file, `${process.resourceUsage().maxRSS}\n`);
  });
}
