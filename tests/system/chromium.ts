import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Browser as Chrome, chromium, type Page } from "playwright-core";
import which from "which";

const NAMES = ["chromium", "chromium-browser", "google-chrome"];

/** Why a real browser can't be used here, in one line; undefined if it can. */
export function whyNoChromium(): string | undefined {
  if (program() === undefined) return `none of ${NAMES.join(", ")} is on PATH`;
  const certutil = which.sync("certutil", { nothrow: true });
  return certutil === null ? "certutil (of libnss3-tools) isn't on PATH" : undefined;
}

/** Chromium with the company's authority in its store, so that it checks certificates as it does for everyone. */
export class Chromium {
  readonly #people: Person[] = [];

  private constructor(
    private readonly home: string,
    private readonly chrome: Chrome,
  ) {}

  static async start(authority: string): Promise<Chromium> {
    const executablePath = program();
    if (executablePath === undefined) throw new Error(whyNoChromium());
    const home = mkdtempSync(join(tmpdir(), "chromium-"));
    const store = join(home, ".pki", "nssdb");
    mkdirSync(store, { recursive: true });
    const file = join(home, "authority.pem");
    writeFileSync(file, authority);
    execFileSync("certutil", ["-N", "-d", `sql:${store}`, "--empty-password"]);
    execFileSync("certutil", ["-A", "-d", `sql:${store}`, "-n", "company", "-t", "C,,", "-i", file]);
    const quiet = ["--disable-background-networking", "--disable-component-update", "--disable-sync"];
    const chrome = await chromium.launch({
      executablePath,
      env: { ...process.env, HOME: home },
      // Root can't use Chromium's sandbox.
      args: [...quiet, ...(process.getuid?.() === 0 ? ["--no-sandbox"] : [])],
    });
    return new Chromium(home, chrome);
  }

  /** A person with a device of their own. */
  async person(): Promise<Person> {
    const context = await this.chrome.newContext();
    const page = await context.newPage();
    const devtools = await context.newCDPSession(page);
    await devtools.send("WebAuthn.enable");
    await devtools.send("WebAuthn.addVirtualAuthenticator", {
      options: {
        protocol: "ctap2",
        transport: "internal",
        hasResidentKey: true,
        hasUserVerification: true,
        isUserVerified: true,
        automaticPresenceSimulation: true,
      },
    });
    const person = new Person(page);
    this.#people.push(person);
    return person;
  }

  /** Violations of the content security policy that the pages reported. */
  violations(): string[] {
    return this.#people.flatMap(({ violations }) => violations);
  }

  async close(): Promise<void> {
    await this.chrome.close();
    rmSync(this.home, { recursive: true, force: true });
  }
}

/** How long a page may take until it is opened again. */
const PATIENCE = { timeout: 20_000 };

/** Someone at a page, with a device that holds their passkey. */
export class Person {
  readonly violations: string[] = [];
  /** The access token that oCIS's page last used. */
  #token = "";

  constructor(readonly page: Page) {
    page.setDefaultTimeout(60_000);
    page.on("console", (message) => {
      if (message.text().includes("Content Security Policy")) this.violations.push(message.text());
    });
    page.on("request", (request) => {
      const [scheme, token] = (request.headers()["authorization"] ?? "").split(" ");
      if (scheme === "Bearer" && token !== undefined) this.#token = token;
    });
  }

  /** Opens a link that signs in once, adds a passkey on Pocket ID's page, and signs out. */
  async addPasskey(link: string): Promise<void> {
    await this.open(link);
    await this.unlessInterrupted(link, () => this.page.waitForURL(/\/settings/, PATIENCE));
    await this.page
      .getByRole("button", { name: /add passkey/i })
      .first()
      .click();
    await this.page.getByText(/single passkey configured/i).waitFor();
    await this.page.context().clearCookies();
  }

  /** Opens oCIS, and signs in at Pocket ID with the passkey. Resolves on whatever page it ends. */
  async signIn(ocisUrl: string): Promise<void> {
    await this.open(ocisUrl);
    const button = this.page.getByRole("button", { name: /^(sign in|authenticate|continue)$/i }).first();
    const files = this.page.locator("#files, #web-content main");
    const refusal = this.page.getByText(/not allowed to access/i);
    const any = button.or(files).or(refusal).filter({ visible: true }).first();
    // The sign-in page, then consent where the version has that.
    for (let click = 0; click < 3; click++) {
      await this.unlessInterrupted(ocisUrl, () => any.waitFor(PATIENCE));
      if (!(await button.isVisible())) return;
      const at = this.page.url();
      await button.click();
      await Promise.race([
        this.page.waitForURL((url) => url.href !== at),
        button.waitFor({ state: "hidden" }),
      ]).catch(() => undefined);
    }
  }

  /** What oCIS's API returns to the page. */
  get(url: string): Promise<{ status: number; text: string }> {
    return this.call("GET", url);
  }

  /** What oCIS's API returns to the page for a request with a text. */
  async call(method: string, url: string, body?: string): Promise<{ status: number; text: string }> {
    const request = { url, token: this.#token, init: { method, ...(body === undefined ? {} : { body }) } };
    return this.page.evaluate(async ({ url: address, token, init }) => {
      const answer = await fetch(address, { ...init, headers: { Authorization: `Bearer ${token}` } });
      return { status: answer.status, text: await answer.text() };
    }, request);
  }

  /** Docker bridges that come and go interrupt what Chromium loads: then the page is opened again. */
  private async unlessInterrupted(url: string, wait: () => Promise<unknown>): Promise<void> {
    for (let attempt = 1; ; attempt++) {
      try {
        await wait();
        return;
      } catch (error) {
        if (attempt === 3) {
          const text = await this.page.locator("body").innerText();
          throw new Error(`${this.page.url()} shows: ${text.replace(/\s+/g, " ").slice(0, 300)}`, {
            cause: error,
          });
        }
        await this.open(url);
      }
    }
  }

  private async open(url: string): Promise<void> {
    for (let attempt = 1; ; attempt++) {
      try {
        await this.page.goto(url);
        return;
      } catch (error) {
        if (attempt === 3 || !String(error).includes("ERR_NETWORK_CHANGED")) throw error;
      }
    }
  }
}

function program(): string | undefined {
  return NAMES.map((name) => which.sync(name, { nothrow: true })).find((found) => found !== null);
}
