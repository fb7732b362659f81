import { findEngine } from "ocis-pocket-id/engine";
import { type Baselines, undisturbed } from "./baseline";
import { type Cell, type Finding, type Known, runCell } from "./cell";
import { emulatedServer, realServer } from "./pocket-id";
import { Site } from "./site";

/** A Pocket ID to run against; an emulated one is made where it is used. */
export type ServerChoice = "emulator" | { readonly url: string; readonly apiKey: string };

/** What a worker is asked, in this order: to open its site, then the others, one at a time, then to close. */
export type Question =
  | {
      readonly ask: "open";
      readonly directory: string;
      readonly prefix: string;
      readonly server: ServerChoice;
    }
  | { readonly ask: "undisturbed" }
  | { readonly ask: "cell"; readonly cell: Cell; readonly baselines: Baselines; readonly known: Known }
  | { readonly ask: "close" };

/** What it answers. */
export interface Answers {
  readonly open: null;
  readonly undisturbed: Baselines;
  readonly cell: { readonly finding: Finding; readonly known: Known };
  readonly close: null;
}

export type Reply = { readonly answer: Answers[keyof Answers] } | { readonly problem: string };

let site: Site | undefined;

async function answer(question: Question): Promise<Answers[keyof Answers]> {
  if (question.ask === "open") {
    const { directory, prefix, server } = question;
    const started = await (server === "emulator" ? emulatedServer() : realServer(server));
    site = await Site.open(await findEngine(), directory, started, { prefix });
    return null;
  }
  if (site === undefined) throw new Error("a worker must be opened first");
  if (question.ask === "undisturbed") return undisturbed(site);
  if (question.ask === "close") {
    await site.close();
    return null;
  }
  const { cell, baselines, known } = question;
  const updates = site.standing === "second" ? baselines.first : baselines.second;
  const finding = await runCell(site, cell, cell.scenario === "create" ? baselines.create : updates, known);
  return { finding, known };
}

process.on("message", (question: Question) => {
  answer(question).then(
    (given) => process.send?.({ answer: given } satisfies Reply),
    (error: unknown) => {
      const problem = error instanceof Error ? (error.stack ?? error.message) : String(error);
      process.send?.({ problem } satisfies Reply);
    },
  );
});
