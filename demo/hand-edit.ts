import type { Emulator } from "../emulator";

/** Changes the user group's claim as a person in a hurry would, and says what was done. */
export async function editClaimByHand({ url, apiKey }: Emulator): Promise<string> {
  const headers = { "X-API-KEY": apiKey, "Content-Type": "application/json" };
  const answer = await fetch(`${url}/api/user-groups?search=ocisUser`, { headers });
  const { data } = (await answer.json()) as { data: { id: string; name: string }[] };
  const group = data.find(({ name }) => name === "ocisUser");
  if (group === undefined) throw new Error("the group ocisUser is not there");
  const claims = [{ key: "roles", value: "user" }];
  await fetch(`${url}/api/custom-claims/user-group/${group.id}`, {
    method: "PUT",
    headers,
    body: JSON.stringify(claims),
  });
  return "group ocisUser: claim roles is now 'user' (oCIS knows no such role: nobody of this group could log in)";
}
