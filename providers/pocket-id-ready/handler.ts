import { setTimeout as sleep } from "node:timers/promises";
import type { InputsOf } from "../core/declare";
import type { Operations } from "../core/handler";
import { messageOf } from "../core/message";
import { pocketIdHandler } from "../core/pocket-id-handler";
import { notice } from "../core/preview";
import { ConfigurationError, NotFoundError, type PocketId } from "../pocket-id";
import { pocketIdReady as declaration } from "./declaration";

type Inputs = InputsOf<typeof declaration>;
type Outputs = Inputs & { version: string };

const PAUSE_MS = 1_000;
const REPORT_EVERY_MS = 15_000;

const operations: Operations<Inputs, Outputs, PocketId> = {
  create: async (inputs, pocketId) => ({ id: pocketId.url, outputs: await untilReady(inputs, pocketId) }),
  update: (_id, _olds, news, pocketId) => untilReady(news, pocketId),
  // Whether it's up now is for monitoring to report: a refresh shouldn't fail with Pocket ID.
  read: (_id, olds) => Promise.resolve(olds),
  delete: () => Promise.resolve(),
};

/** The handler of `PocketIdReady`. */
export const pocketIdReady = pocketIdHandler(declaration, operations);

async function untilReady(inputs: Inputs, pocketId: PocketId): Promise<Outputs> {
  const start = Date.now();
  let nextReport = REPORT_EVERY_MS;
  for (;;) {
    try {
      return { ...inputs, version: await pocketId.greetAgain() };
    } catch (error) {
      const waited = Date.now() - start;
      if (error instanceof ConfigurationError || waited + PAUSE_MS > inputs.timeoutSeconds * 1_000) {
        throw new Error(
          `Pocket ID isn't ready after ${Math.round(waited / 1_000)} seconds: ${messageOf(error)}${adviceOn(error, inputs)}`,
          { cause: error },
        );
      }
      if (waited > nextReport) {
        notice(`waiting for Pocket ID (${Math.round(waited / 1_000)} s): ${messageOf(error)}`);
        nextReport += REPORT_EVERY_MS;
      }
      await sleep(PAUSE_MS);
    }
  }
}

function adviceOn(error: unknown, { container }: Inputs): string {
  if (container !== undefined) return `. Why it doesn't start is in \`docker logs ${container}\``;
  // What every Pocket ID has is missing.
  return error instanceof NotFoundError
    ? ". A proxy or an Ingress controller answers that has no route to it: check its settings, and the URL"
    : "";
}
