import type { PocketId } from "../pocket-id";
import type { CheckContext } from "./handler";
import { lookAhead, notice } from "./preview";
import type { Problem } from "./problems";
import { anyText } from "./schema";

/**
 * The URL of the Pocket ID that an object is on. Not for programs to set: it is kept beside the inputs, so that another
 * `pocketid:url` is noticed. The same server under a new name is no change.
 */
export const server = { schema: anyText, optional: true, compared: false, internal: true } as const;

/** Where the connection points, as far as that is known at preview. */
export function serverOf({ open }: CheckContext<PocketId>): { server?: string } {
  try {
    return { server: open().url };
  } catch {
    // Whoever has to ask the server says what is missing; this is only a note.
    return {};
  }
}

/**
 * Refuses to go on as if nothing had happened when `pocketid:url` names another server, where an object of ours is not.
 *
 * @param what the object in words: `user group 'ocisAdmin'`.
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

/** Says at a refresh that the object was not deleted, but that another server is asked. */
export function announceMove(what: string, made: string | undefined, { url }: PocketId): void {
  if (made === undefined || made === url) return;
  notice(`${what} was made at ${made} and is not at ${url}: to be made there; ${made} keeps its own`);
}
