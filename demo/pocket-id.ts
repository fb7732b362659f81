import { type Emulator, startEmulator } from "../emulator";
import type { DemoDirectory } from "./directory";

interface Listed {
  id: string;
  name: string;
  username: string;
}

/** Starts the emulator with the data of the last demo, and adds people that are missing. */
export async function startPocketId(
  { port, apiKey, dataFile }: DemoDirectory,
  issuer: string,
  people: readonly string[],
): Promise<Emulator> {
  const pocketId = await startEmulator({ port, apiKey, dataFile, issuer });
  const users = await list(pocketId, "users?pagination[limit]=100");
  for (const username of people) {
    if (!users.some((user) => user.username === username)) pocketId.addUser({ username });
  }
  return pocketId;
}

/** Changes the user group's claim as a person might by mistake. Returns what changed. */
export async function editClaimByHand(pocketId: Emulator): Promise<string> {
  const groups = await list(pocketId, "user-groups?search=ocisUser");
  const group = groups.find(({ name }) => name === "ocisUser");
  if (group === undefined) throw new Error("the group ocisUser doesn't exist");
  const claims = [{ key: "roles", value: "user" }];
  const { ok, status } = await fetch(`${pocketId.url}/api/custom-claims/user-group/${group.id}`, {
    method: "PUT",
    headers: { "X-API-KEY": pocketId.apiKey, "Content-Type": "application/json" },
    body: JSON.stringify(claims),
  });
  if (!ok) throw new Error(`the claim of group ocisUser can't be changed: HTTP ${status}`);
  return "group ocisUser: claim roles is now 'user' (oCIS has no such role, so nobody in this group can log in)";
}

async function list({ url, apiKey }: Emulator, path: string): Promise<Listed[]> {
  const answer = await fetch(`${url}/api/${path}`, { headers: { "X-API-KEY": apiKey } });
  return ((await answer.json()) as { data: Listed[] }).data;
}
