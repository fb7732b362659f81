import { programKind } from "./bench/stack";
import { experiment } from "./experiment";
import { COMPANIES, measureFleets } from "./fleet/measure";
import { measuredWith } from "./report";

/**
 * Fifty companies: `fleet up` with one broken, and `drift` against the engine's own `preview --refresh` of one company after
 * the other. Uses emulators, nearby and behind 50 ms of network. A number as argument runs it with fewer companies.
 */
experiment("fleet", async (laboratory) => {
  const { engine } = laboratory;
  if ((await programKind(engine)) === "inline") {
    throw new Error("this engine has no language host, so its own preview can't be measured: install Pulumi");
  }
  const count = Number(process.argv[2] ?? COMPANIES);
  return {
    part: count === COMPANIES ? "fleet" : undefined,
    circumstances: `${measuredWith(engine)}.`,
    ...(await measureFleets(laboratory, count)),
  };
});
