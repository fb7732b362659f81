import type { InputsOf } from "../core/declare";
import type { CheckContext } from "../core/handler";
import { lookAhead } from "../core/look-ahead";
import type { Problem } from "../core/problems";
import type { PocketId } from "../pocket-id";
import { callbackProblem } from "./callback-url";
import type { oidcClient } from "./declaration";

const LISTS = ["callbackUrls", "logoutCallbackUrls"] as const;

/** Callback URLs that this server doesn't store. Asks its version only when there are new ones. */
export async function callbackProblems(
  known: Partial<InputsOf<typeof oidcClient>>,
  { olds, open }: CheckContext<PocketId>,
): Promise<Problem[]> {
  const isNew = (list: (typeof LISTS)[number]) => JSON.stringify(known[list]) !== JSON.stringify(olds[list]);
  const lists = LISTS.filter((list) => known[list] !== undefined && isNew(list));
  const looked = lists.length === 0 ? undefined : await lookAhead(() => open().version());
  if (looked === undefined) return [];
  return lists.flatMap((list) =>
    (known[list] ?? []).flatMap((url): Problem[] => {
      const reason = callbackProblem(url, looked.answer);
      return reason === undefined ? [] : [{ property: list, reason }];
    }),
  );
}
