import { type EmulatorOptions, startEmulator } from "../emulator";

/** A Pocket ID for an experiment. Its own calls go past everything that is measured or tested. */
export interface Server {
  readonly url: string;
  readonly apiKey: string;
  readonly issuer: string;
  /** Name and version, for reports. */
  readonly name: string;
  call<Body>(method: string, path: string, body?: unknown): Promise<Body>;
  addPerson(username: string): Promise<void>;
  /** Stops an emulator; a real server keeps running. */
  close(): Promise<void>;
}

/** Real servers from the environment: TEST_POCKET_ID_URL (several, separated by commas) and TEST_POCKET_ID_API_KEY. */
export function realServers(): { url: string; apiKey: string }[] {
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
export async function openServer(real: { url: string; apiKey: string } | EmulatorOptions): Promise<Server> {
  if ("url" in real) return connect(real, "Pocket ID", () => Promise.resolve());
  const emulator = await startEmulator(real);
  return connect(emulator, "emulator", () => emulator.close());
}

async function connect(
  { url, apiKey }: { url: string; apiKey: string },
  kind: string,
  close: () => Promise<void>,
): Promise<Server> {
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
    name: `${kind} ${currentVersion}`,
    call,
    async addPerson(username) {
      const person = { username, firstName: username, lastName: "", displayName: username };
      await call("POST", "/api/users", { ...person, email: `${username}@company.test` });
    },
    close,
  };
}
