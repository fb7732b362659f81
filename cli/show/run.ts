import { HIDDEN } from "@ocis-pocket-id/providers/core";
import { EXIT_CODES, type ExitCode } from "../exit-codes";
import { printJson } from "../output";
import { chooseStacks, componentsOf, openProject, readSnapshot, type StackSnapshot } from "../stacks";
import type { Part, ShowOptions } from "./options";
import { PROXIES } from "./proxies";

/** Prints a part of the settings of one stack, from its state, without running its program. */
export async function runShow(options: ShowOptions): Promise<ExitCode> {
  const { part = "environment", image, stack = [], "show-secrets": showSecrets, json } = options;
  const project = await openProject(options);
  const [chosen = ""] = await chooseStacks(project, { all: false, stack: [stack].flat() });
  const snapshot = await readSnapshot(project, chosen);
  if (part === "upgrade") {
    const { upgradesOf, upgradeText } = await import("./upgrade.js");
    const upgrades = await upgradesOf(project, snapshot, image);
    if (json) printJson(upgrades);
    else process.stdout.write(upgradeText(upgrades));
    return EXIT_CODES.fine;
  }
  const settings = settingsIn(snapshot, part, showSecrets);
  if (json) printJson(settings);
  else process.stdout.write(settingsText(settings));
  return EXIT_CODES.fine;
}

/** One part of the settings of an oCIS. */
type Settings =
  | { readonly ocisUrl: string; readonly environment: Readonly<Record<string, string>> }
  | { readonly ocisUrl: string; readonly csp: string }
  | { readonly ocisUrl: string; readonly proxy: string };

/** The output of the component that each part comes from. */
const OUTPUTS = {
  environment: "environment",
  csp: "contentSecurityPolicy",
  nginx: "ocisUrl",
  traefik: "ocisUrl",
} as const;

/**
 * One part of the settings of every oCIS in a stack, as the last `up` left it.
 *
 * @throws Error in one line if the stack has none
 */
export function settingsIn(
  snapshot: StackSnapshot,
  part: Exclude<Part, "upgrade">,
  showSecrets: boolean,
): Settings[] {
  const front = snapshot.resources.find(({ type }) => type === "ocis-pocket-id:index:TlsProxy");
  if (part in PROXIES && front !== undefined) {
    throw new Error(`stack '${snapshot.name}' has a TLS proxy of its own, Caddy: it needs no other`);
  }
  const found = componentsOf(snapshot.resources).flatMap((component): Settings[] => {
    const { outputs, secrets } = component;
    const isHidden = (name: string) => secrets.has(name) && !showSecrets;
    const text = (name: string) => (isHidden(name) ? HIDDEN : String(outputs[name]));
    const ocisUrl = text("ocisUrl");
    // After an incomplete `up` the component has no outputs.
    if (!(OUTPUTS[part] in outputs)) return [];
    if (part === "nginx" || part === "traefik") return [{ ocisUrl, proxy: PROXIES[part](component) }];
    if (part === "csp") return [{ ocisUrl, csp: text("contentSecurityPolicy") }];
    const variables = ["environment", "secretEnvironment"].flatMap((name) =>
      Object.entries((outputs[name] ?? {}) as Record<string, string>).map(
        ([variable, value]) => [variable, isHidden(name) ? HIDDEN : value] as const,
      ),
    );
    return [{ ocisUrl, environment: Object.fromEntries(variables.sort(([a], [b]) => (a < b ? -1 : 1))) }];
  });
  if (found.length > 0) return found;
  throw new Error(
    `stack '${snapshot.name}' has no oCIS with Pocket ID logins yet: run \`pulumi up ${snapshot.options}\``,
  );
}

/** The variables line by line, csp.yaml, or a proxy's configuration; with headings if a stack has several oCIS. */
export function settingsText(all: readonly Settings[]): string {
  return all
    .map((one) => {
      const heading = all.length === 1 ? "" : `# ${one.ocisUrl}\n`;
      if ("csp" in one) return `${heading}${one.csp.replace(/\n?$/, "\n")}`;
      if ("proxy" in one) return heading + one.proxy;
      const lines = Object.entries(one.environment).map(([name, value]) => `${name}=${oneLine(value)}\n`);
      return heading + lines.join("");
    })
    .join("\n");
}

/** A value with a line break or another control character would look like several variables. */
const oneLine = (value: string) => (/\p{Cc}/u.test(value) ? JSON.stringify(value) : value);
