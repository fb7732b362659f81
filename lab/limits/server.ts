import { randomBytes } from "node:crypto";
import { startEmulator } from "../../emulator";

/** The Pocket ID whose limiter is tried. */
export interface LimitedServer {
  readonly url: string;
  readonly apiKey: string;
  readonly issuer: string;
  /** In words, for the table. */
  readonly name: string;
  /** Makes a person of a fresh username, which it returns. */
  addPerson(): Promise<string>;
  close(): Promise<void>;
}

/** A real one that `TEST_POCKET_ID_URL` names, or else the emulator with the limiter of v2.9. */
export async function limitedServer(): Promise<LimitedServer> {
  const url = process.env["TEST_POCKET_ID_URL"]?.replace(/\/+$/, "");
  const apiKey = process.env["TEST_POCKET_ID_API_KEY"] ?? "";
  if (url === undefined) {
    const emulator = await startEmulator({ rateLimiter: true });
    const addPerson = () => Promise.resolve(emulator.addUser({ username: username() }).username);
    const { issuer } = emulator;
    const close = () => emulator.close();
    return { url: emulator.url, apiKey: emulator.apiKey, issuer, name: "emulator 2.9", addPerson, close };
  }
  const call = async <T>(path: string, body?: object): Promise<T> => {
    const answer = await fetch(url + path, {
      headers: { "X-API-KEY": apiKey, "Content-Type": "application/json" },
      ...(body === undefined ? {} : { method: "POST", body: JSON.stringify(body) }),
    });
    return (await answer.json()) as T;
  };
  const { currentVersion } = await call<{ currentVersion: string }>("/api/version/current");
  const { issuer } = await call<{ issuer: string }>("/.well-known/openid-configuration");
  return {
    url,
    apiKey,
    issuer,
    name: `Pocket ID ${currentVersion}`,
    async addPerson() {
      const name = username();
      const person = { username: name, firstName: name, lastName: "", displayName: name };
      await call("/api/users", { ...person, email: `${name}@company.example` });
      return name;
    },
    close: () => Promise.resolve(),
  };
}

const username = () => `person-${randomBytes(5).toString("hex")}`;
