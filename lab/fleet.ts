import { programKind } from "./bench/site";
import { experiment } from "./experiment";
import { COMPANIES, measureFleets } from "./fleet/measure";
import { exceededBounds, lookingTable, upTable } from "./fleet/report";
import { measuredWith } from "./report";

/**
 * Fifty companies: `fleet up` with one broken, and `drift` against the engine's own `preview --refresh`, one company after the
 * other. Emulators, nearby and behind 50 ms of network. A number as argument tries it with fewer.
 */
experiment("fleet", async ({ engine, directory, progress }) => {
  if ((await programKind(engine)) === "inline") {
    throw new Error("this engine has no language host, so its own preview can't be measured: install Pulumi");
  }
  const count = Number(process.argv[2] ?? COMPANIES);
  const figures = await measureFleets(engine, directory, progress, count);
  return {
    part: count === COMPANIES ? "fleet" : undefined,
    circumstances: `${measuredWith(engine)}.`,
    tables: [upTable(figures), lookingTable(figures)],
    failures: exceededBounds(figures),
  };
});
