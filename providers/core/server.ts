import type { PocketId } from "../pocket-id";
import type { CheckContext } from "./handler";
import { lookAhead, notice } from "./preview";
import type { Problem } from "./problems";
import { anyText } from "./schema";

/**
 * The URL of the Pocket ID that an object is on. Programs don't set it: state has it beside the inputs, so that another
 * `pocketid:url` is noticed. The same server under a new name is not a change.
 */
export const server = { schema: anyText, optional: true, compared: false, internal: true } as const;

/** The server's URL, if it is known at preview. */
export function serverOf({ open }: CheckContext<PocketId>): { server?: string } {
  try {
    return { server: open().url };
  } catch {
    // Anything that asks the server reports what is missing.
    return {};
  }
}

/**
 * Reports a problem if `pocketid:url` now names another server, which doesn't have our object.
 *
 * @param what what to call the object: `user group 'ocisAdmin'`.
 * @param isThere whether the server has it, under the name that is in state.
 */
export async function movedAway(
  what: string,
  isThere: (pocketId: PocketId) => Promise<boolean>,
  context: CheckContext<PocketId>,
): Promise<Problem[]> {
  const { server: before } = context.olds;
  const { server: now } = serverOf(context);
  if (typeof before !== "string" || now === undefined || before === now) return [];
  const looked = await lookAhead(() => isThere(context.open()));
  if (looked === undefined || looked.answer) return [];
  const reason =
    `${what} was made at ${before}, but pocketid:url now names ${now}, where it is not: set the URL back, or let ` +
    `\`pulumi up --refresh --run-program\` make everything of this stack at ${now} (what is at ${before} stays there)`;
  return [{ property: "", reason }];
}

/** Announces at a refresh that the object wasn't deleted: another server is asked. */
export function announceMove(what: string, made: string | undefined, { url }: PocketId): void {
  if (made === undefined || made === url) return;
  notice(
    `${what} was made at ${made} and isn't at ${url}: it will be created there; the one at ${made} stays`,
  );
}
