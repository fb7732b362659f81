import type { Browser } from "./browser";

/** The IDs of oCIS's roles, which are the same in every oCIS: owncloud/ocis, services/settings/pkg/store/defaults. */
export const ROLE_IDS = {
  admin: "71881883-1768-46bd-a24d-a356a2afdf7f",
  spaceAdmin: "2aadd357-682c-406b-8874-293091995fdd",
  user: "d7beeea8-8ff4-406b-8fb6-ab2dd81e6b11",
  guest: "38071a68-456a-4553-846a-fa67bf5596cc",
} as const;

export type Role = keyof typeof ROLE_IDS;

/** A person's account, as oCIS shows it to that person. */
export interface Account {
  readonly id: string;
  readonly username: string;
  readonly roleIds: readonly string[];
}

/** oCIS's API for one access token. */
export interface Ocis {
  /** The status of a call that everybody with an account may make. */
  status(): Promise<number>;
  account(): Promise<Account>;
  /** Everybody's username; for admins. */
  usernames(): Promise<string[]>;
  /** The WebDAV address of a file in the person's own space. */
  fileUrl(name: string): Promise<string>;
  writeFile(url: string, text: string): Promise<void>;
  readFile(url: string): Promise<string>;
}

/** What ownCloud Web is told before anybody is logged in. */
export interface WebConfiguration {
  openIdConnect: { client_id: string; scope: string; metadata_url: string };
}

interface GraphUser {
  id: string;
  onPremisesSamAccountName: string;
  appRoleAssignments?: { appRoleId: string }[];
}

export function ocisFor(browser: Browser, ocisUrl: string, accessToken: string): Ocis {
  const send = (method: string, url: string, body?: string) =>
    browser.send(method, url, {
      headers: { Authorization: `Bearer ${accessToken}` },
      ...(body === undefined ? {} : { body }),
    });
  const expectStatus = async (expected: readonly number[], method: string, url: string, body?: string) => {
    const { status, text } = await send(method, url, body);
    if (!expected.includes(status)) throw new Error(`${method} ${url} answered ${status}: ${text}`);
    return text;
  };
  const graph = async (path: string) =>
    JSON.parse(await expectStatus([200], "GET", `${ocisUrl}/graph/v1.0/${path}`)) as unknown;

  return {
    status: async () => (await send("GET", `${ocisUrl}/graph/v1.0/me`)).status,
    async account() {
      const me = (await graph("me?$expand=appRoleAssignments")) as GraphUser;
      const roleIds = (me.appRoleAssignments ?? []).map(({ appRoleId }) => appRoleId);
      return { id: me.id, username: me.onPremisesSamAccountName, roleIds };
    },
    async usernames() {
      const { value } = (await graph("users")) as { value: GraphUser[] };
      return value.map(({ onPremisesSamAccountName }) => onPremisesSamAccountName);
    },
    async fileUrl(name) {
      const { value } = (await graph("me/drives?$filter=driveType eq 'personal'".replaceAll(" ", "%20"))) as {
        value: { root: { webDavUrl: string } }[];
      };
      const [space] = value;
      if (space === undefined) throw new Error("the person has no space");
      return `${space.root.webDavUrl}/${name}`;
    },
    async writeFile(url, text) {
      await expectStatus([201, 204], "PUT", url, text);
    },
    readFile: (url) => expectStatus([200], "GET", url),
  };
}
