import type { InputsOf } from "../core/declare";
import type { CheckContext } from "../core/handler";
import type { Problem } from "../core/message";
import { lookAhead, notice } from "../core/preview";
import { isAtLeast, type PocketId } from "../pocket-id";
import { callbackProblem } from "./callback-url";
import type { oidcClient } from "./declaration";
import { find } from "./existing";

type Inputs = InputsOf<typeof oidcClient>;

/** Problems that several properties of a client together show. */
export function combinationProblems(
  { isPublic, pkceEnabled, restricted, allowNobody, allowedUserGroupIds: groups = [] }: Partial<Inputs>,
  hasUnknownGroups: boolean,
): Problem[] {
  const problems: Problem[] = [];
  const add = (property: keyof Inputs, reason: string) => problems.push({ property, reason });
  if (isPublic === true && pkceEnabled === false) {
    add("pkceEnabled", "a public client always uses PKCE: leave it out, or set true");
  }
  if (restricted === true && !hasUnknownGroups && allowNobody !== true && groups.length === 0) {
    add(
      "allowedUserGroupIds",
      "a restricted client needs the groups whose members may log in; set restricted: false for everybody, or " +
        "allowNobody: true if nobody may log in",
    );
  }
  if (restricted === false && groups.length > 0) {
    add(
      "allowedUserGroupIds",
      "has no effect with restricted: false, which lets everybody log in: leave one of them out",
    );
  }
  return problems;
}

const LISTS = ["callbackUrls", "logoutCallbackUrls"] as const;

/** Warns of a client that no login through a browser can return to: a new one, or one that loses its last callback URL. */
export async function warnOfNoCallbacks(known: Partial<Inputs>, context: CheckContext<PocketId>) {
  const { creating, olds, unknown, open } = context;
  const { adopt, callbackUrls, name = "" } = known;
  const isEmpty = (callbackUrls ?? []).length === 0 && !unknown.includes("callbackUrls");
  const isNews = creating || (callbackUrls !== undefined && JSON.stringify(olds["callbackUrls"]) !== "[]");
  if (!isEmpty || !isNews) return;
  const looked = await lookAhead(async () => {
    const live = adopt === "never" || callbackUrls !== undefined ? undefined : await find(known, open());
    return { version: await open().version(), kept: live?.callbackURLs ?? [] };
  });
  if (looked === undefined || looked.answer.kept.length > 0) return;
  const { version } = looked.answer;
  const whatHappens = isAtLeast(version, "2.10")
    ? "so no login through a browser can return to it"
    : `so Pocket ID ${version} trusts the URL of its first login (since 2.10 no login through a browser can return to it)`;
  notice(`warning: OIDC client '${name}' has no callback URLs, ${whatHappens}: set callbackUrls`);
}

/** Callback URLs that this server doesn't store. Asks its version only when there are new ones. */
export async function callbackProblems(known: Partial<Inputs>, { olds, open }: CheckContext<PocketId>) {
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
