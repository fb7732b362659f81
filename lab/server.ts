import { type EmulatorOptions, startEmulator } from "../emulator";

/** A Pocket ID for an experiment. Its own calls go past everything that is measured or tested. */
export type Server = Awaited<ReturnType<typeof openServer>>;

/** Where a server is, and an admin's key. */
export interface Address {
  readonly url: string;
  readonly apiKey: string;
}

/** Real servers from the environment: TEST_POCKET_ID_URL (several, separated by commas) and TEST_POCKET_ID_API_KEY. */
export function realServers(): Address[] {
  const urls = (process.env["TEST_POCKET_ID_URL"] ?? "")
    .split(",")
    .map((url) => url.trim().replace(/\/+$/, ""))
    .filter((url) => url !== "");
  const apiKey = process.env["TEST_POCKET_ID_API_KEY"] ?? "";
  if ((urls.length === 0) !== (apiKey === "")) {
    throw new Error("set both TEST_POCKET_ID_URL and TEST_POCKET_ID_API_KEY, or neither");
  }
  return urls.map((url) => ({ url, apiKey }));
}

/** Uses a real server, or starts an emulator. */
export async function openServer(address: Address | EmulatorOptions) {
  const emulator = "url" in address ? undefined : await startEmulator(address);
  const { url, apiKey } = emulator ?? (address as Address);
  const call = async <Body>(method: string, path: string, body?: unknown): Promise<Body> => {
    const response = await fetch(url + path, {
      method,
      headers: { "X-API-KEY": apiKey, "Content-Type": "application/json" },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    if (!response.ok && response.status !== 404) {
      throw new Error(`${method} ${path}: HTTP ${response.status}, ${text}`);
    }
    return (text === "" ? undefined : JSON.parse(text)) as Body;
  };
  const { issuer } = await call<{ issuer: string }>("GET", "/.well-known/openid-configuration");
  const { currentVersion } = await call<{ currentVersion: string }>("GET", "/api/version/current");
  return {
    url,
    apiKey,
    issuer,
    /** Name and version, for reports. */
    name: `${emulator ? "emulator" : "Pocket ID"} ${currentVersion}`,
    call,
    async addPerson(username: string): Promise<void> {
      const person = { username, firstName: username, lastName: "", displayName: username };
      await call("POST", "/api/users", { ...person, email: `${username}@company.test` });
    },
    /** Stops an emulator; a real server keeps running. */
    close: async () => emulator?.close(),
  };
}
