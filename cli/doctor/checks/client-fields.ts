import type { ClientFacts } from "../facts";
import { type Finding, finding } from "../finding";

/** Fields that have findings of their own. */
const ELSEWHERE: ReadonlySet<string> = new Set([
  ...["isPublic", "pkceEnabled", "callbackUrls", "logoutCallbackUrls", "restricted", "allowedUserGroupIds"],
  "requiresPushedAuthorizationRequests",
]);

/** Is everything else of a client as the stack's last `up` left it? */
export function checkFields(name: string, { pushedRequests, changes }: ClientFacts): Finding[] {
  const others = changes.filter(({ field }) => !ELSEWHERE.has(field));
  return [
    ...(pushedRequests
      ? [
          finding(
            "client-pushed-requests",
            `${name} refuses logins without a pushed authorization request`,
            FIX_CLIENT,
          ),
        ]
      : []),
    ...others.map(({ words }) => finding("client-changed", `${name}: ${words}`, FIX_CLIENT)),
  ];
}

/** What sets any client right. */
export const FIX_CLIENT = "run `pulumi up --refresh`, which sets the client right again";
