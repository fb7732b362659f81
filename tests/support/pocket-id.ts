import { randomBytes } from "node:crypto";
import { type Emulator, type EmulatorOptions, startEmulator } from "../../emulator";

/** The answer to a raw call; the body is JSON read, or text when it is none. */
export interface Answer<Body = unknown> {
  status: number;
  headers: Headers;
  body: Body;
}

/** A server for tests: the emulator, or a real one when `TEST_POCKET_ID_URL` names it. */
export interface PocketIdUnderTest {
  readonly url: string;
  readonly apiKey: string;
  /** Whether it is a real Pocket ID. */
  readonly real: boolean;
  /** As it says itself, for example `2.9.0`. */
  readonly version: string;
  /** Only for an emulator. */
  readonly emulator?: Emulator;
  /** Calls the API past the code under test: to look, or to make a change by hand. */
  call<Body = unknown>(method: string, path: string, body?: unknown): Promise<Answer<Body>>;
  /** Ends an emulated server; a real one goes on. */
  close(): Promise<void>;
}

/**
 * Starts the emulator, or takes the real one that `TEST_POCKET_ID_URL` and `TEST_POCKET_ID_API_KEY` name. A
 * suite that brings options needs them, so options count for the emulator only.
 */
export async function pocketIdUnderTest(options: EmulatorOptions = {}): Promise<PocketIdUnderTest> {
  const real = realServer();
  if (real) {
    const call = caller(real);
    return { ...real, real: true, version: await versionOf(call), call, close: () => Promise.resolve() };
  }
  const emulator = await startEmulator({ ...chosenVersion(), ...options });
  const call = caller(emulator);
  const { url, apiKey } = emulator;
  const version = await versionOf(call);
  emulator.requests.length = 0;
  return { url, apiKey, real: false, version, emulator, call, close: () => emulator.close() };
}

/** A name that no earlier run has used, so that suites can run against a used server. */
export function uniqueName(prefix: string): string {
  return `${prefix}-${randomBytes(5).toString("hex")}`;
}

const CALL_MS = 20_000;

/** A raw caller: no retries, no opinion on statuses. The key is read at each call, so that a rotated one counts. */
export function caller(server: { url: string; apiKey: string }): PocketIdUnderTest["call"] {
  return async <Body>(method: string, path: string, body?: unknown): Promise<Answer<Body>> => {
    const response = await fetch(server.url + path, {
      // Node 20 waits forever if the other side closes the connection at once, as Docker does while a program starts.
      signal: AbortSignal.timeout(CALL_MS),
      method,
      headers: {
        "X-API-KEY": server.apiKey,
        ...(body === undefined ? {} : { "Content-Type": "application/json" }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    // The caller says what it expects; whether that came is what its assertions are for.
    return { status: response.status, headers: response.headers, body: parsed(text) as Body };
  };
}

function realServer(): { url: string; apiKey: string } | undefined {
  const url = process.env["TEST_POCKET_ID_URL"]?.replace(/\/+$/, "") ?? "";
  const apiKey = process.env["TEST_POCKET_ID_API_KEY"] ?? "";
  if (url === "" && apiKey === "") return undefined;
  if (url === "" || apiKey === "") {
    throw new Error("TEST_POCKET_ID_URL and TEST_POCKET_ID_API_KEY are set together or not at all");
  }
  const { hostname } = new URL(url);
  const loopback = hostname === "localhost" || hostname === "[::1]" || /^127(\.\d+){3}$/.test(hostname);
  if (!loopback && process.env["TEST_POCKET_ID_DISPOSABLE"] !== "yes") {
    throw new Error(
      `TEST_POCKET_ID_URL names ${hostname}, which is not this machine. The tests create and delete groups, clients ` +
        "and users there: set TEST_POCKET_ID_DISPOSABLE=yes if nobody needs that server.",
    );
  }
  return { url, apiKey };
}

/** `TEST_EMULATOR_VERSION=2.14` runs suites that ask for no version against that one. */
function chosenVersion(): EmulatorOptions {
  const version = process.env["TEST_EMULATOR_VERSION"] ?? "2.9";
  if (version !== "2.9" && version !== "2.14")
    throw new Error(`TEST_EMULATOR_VERSION is 2.9 or 2.14, not ${version}`);
  return { version };
}

async function versionOf(call: PocketIdUnderTest["call"]): Promise<string> {
  // Also the first, serial call that a fresh server needs to make its static user.
  const { status, body } = await call<{ currentVersion?: string }>("GET", "/api/version/current");
  if (status !== 200 || body.currentVersion === undefined) {
    throw new Error(
      `GET /api/version/current answered ${status}: is this a Pocket ID, and the key an admin's?`,
    );
  }
  return body.currentVersion;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
}
