import { ENVIRONMENT_REASONS, ocisEnvironment } from "@ocis-pocket-id/components";
import { load } from "js-yaml";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { finding, reportOf } from "../../cli/doctor/finding";
import { reportText } from "../../cli/drift/report";
import { coloursOf } from "../../cli/output";
import { ROOT } from "./pages";

/** A part of a page that repeats the code: the text between `<!-- name:start -->` and `<!-- name:end -->`. */
export interface Part {
  readonly page: string;
  readonly name: string;
  readonly text: string;
}

/** Every generated part except those of docs/measurements.md, which the lab writes. */
export function parts(): Part[] {
  return [
    { page: "docs/doctor.md", name: "doctor-sample", text: inBlock(doctorSample()) },
    { page: "docs/drift.md", name: "drift-sample", text: inBlock(driftSample()) },
    { page: "docs/environment.md", name: "variables", text: variables() },
    ...configuration(),
  ];
}

/** What doctor found on a real stack after somebody's experiments. */
function doctorSample(): string {
  const found = [
    finding(
      "client-callback-missing",
      "the web client 'ocis.company.com' lacks the callback URL https://ocis.company.com/oidc-callback.html",
      "run `pulumi up --refresh --stack company`",
    ),
    finding(
      "person-own-claim",
      "carol has their own claim 'roles: manager'; the group's is 'ocisUser'",
      "in Pocket ID under Users, open carol and remove the custom claim 'roles'",
    ),
  ];
  return reportOf("company", found, coloursOf({}));
}

/** What drift found on the same stack. */
function driftSample(): string {
  const changed = (object: string, change: string, fix = "pulumi up --refresh --stack company") => {
    return { kind: "changed" as const, object, field: "", change, fix, urns: [] };
  };
  const findings = [
    changed("group ocisUser", "claim roles is 'user', should be 'ocisUser'"),
    changed("group ocisAdmin", "member 'mallory' was added"),
    changed("files in '.ocis-pocket-id/company-ocis'", "csp.yaml was edited (1 line added)"),
    changed(
      "container ocis-pocket-id-company-ocis",
      "is stopped (exit code 0)",
      "docker start ocis-pocket-id-company-ocis",
    ),
  ];
  return reportText([{ stack: "company", objects: 21, findings, errors: [] }]);
}

const inBlock = (text: string) => `\`\`\`text\n${text.trim()}\n\`\`\``;

/** The company of the guide. */
const COMPANY = {
  ocisUrl: "https://ocis.company.com",
  issuer: "https://pocket-id.company.com",
  clientId: "ocis.company.com",
  claimKey: "roles",
  tls: false,
  identityClaim: "preferred_username",
} as const;

/** What another value of a key makes of it. */
const CHANGES = {
  ocisHost: { ocisUrl: "https://files.company.com" },
  issuer: { issuer: "https://login.company.com" },
  webClientId: { clientId: "files" },
  claimKey: { claimKey: "ocis_roles" },
  tls: { tls: true },
  identityClaim: { identityClaim: "sub" as const },
  ocisImage: { audience: ["…"] },
};

function variables(): string {
  const usual = ocisEnvironment(COMPANY);
  const changed = Object.entries(CHANGES).map(
    ([key, change]) => [key, ocisEnvironment({ ...COMPANY, ...change })] as const,
  );
  const guide = JSON.parse(readFileSync(join(ROOT, "tests", "fixtures", "guide", "guide.json"), "utf8")) as {
    environment: Record<string, string>;
  };
  const names = new Set([usual, ...changed.map(([, values]) => values)].flatMap(Object.keys));
  const of = (isGuides: boolean) =>
    [...names].sort().filter((name) => name in guide.environment === isGuides);
  const row = (name: string) => {
    const value = usual[name];
    const keys = changed.filter(([, values]) => values[name] !== value).map(([key]) => inCode(key));
    const shown = value === undefined ? `${inCode(name)}, not set` : inCode(`${name}=${value}`);
    const by = keys.length === 0 ? "" : ` (${keys.join(", ")})`;
    return `${shown}${by}: ${ENVIRONMENT_REASONS[name] ?? ""}`;
  };
  return [
    `The guide's:\n\n${list(of(true).map(row))}`,
    `Others, whose defaults fail silently or differ between versions:\n\n${list(of(false).map(row))}`,
  ].join("\n\n");
}

/** Descriptions of the keys of a stack, in the order of Pulumi.yaml. */
export function describedKeys(): [string, string][] {
  const project = load(readFileSync(join(ROOT, "Pulumi.yaml"), "utf8")) as {
    template: { config: Record<string, { description: string }> };
  };
  return Object.entries(project.template.config).map(([key, { description }]) => [
    key.replace("ocis-pocket-id:", ""),
    description,
  ]);
}

function configuration(): Part[] {
  const keys = describedKeys();
  const of = (connection: boolean) =>
    list(
      keys
        .filter(([key]) => key.startsWith("pocketid:") === connection)
        .map(([key, text]) => `${inCode(key)}: ${text}`),
    );
  return [
    { page: "docs/configuration.md", name: "keys", text: of(false) },
    { page: "docs/configuration.md", name: "connection", text: of(true) },
  ];
}

const inCode = (text: string) => `\`${text}\``;

/** A list in Markdown. */
const list = (items: readonly string[]) => items.map((item) => `- ${item}`).join("\n");
