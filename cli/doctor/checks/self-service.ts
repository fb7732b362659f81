import { type Finding, finding } from "../finding";

/** Can people change by themselves what oCIS knows them by? */
export function checkIdentityClaim(
  identityClaim: string | undefined,
  ownAccountEdit: boolean | undefined,
): Finding[] {
  if (identityClaim !== "preferred_username" || ownAccountEdit !== true) return [];
  const what = "oCIS knows people by preferred_username, and Pocket ID lets people change their own username";
  const fix =
    "in Pocket ID under Settings > Application Configuration, switch off 'Enable Self-Account Editing'; for a new oCIS, " +
    "`pulumi config set identityClaim sub` before anybody has an account";
  return [finding("identity-changeable", what, fix)];
}
