import type { PocketId } from "@ocis-pocket-id/providers/pocket-id";
import { importEnvironment } from "./environment";
import { PATHS } from "./data";
import { addressesOf, importPlaces } from "./places";
import { importPocketId } from "./pocket-id";
import { importPolicy } from "./policy";
import { importRoles } from "./roles";
import { type Imported, type Part, type Setup, together } from "./setup";

/** What a set-up is imported with. */
export interface ImportOptions {
  /** Name of the container that the stack will have. */
  readonly newName: string;
  /** Pocket ID; undefined to import what the compose file or container shows. */
  readonly pocketId: PocketId | undefined;
  readonly members: boolean;
  /** Whether the certificate at this URL can be verified without a private authority. */
  readonly isTrusted: (url: string) => Promise<boolean>;
}

/** Turns a set-up into a stack's configuration and a report. Only reads. @throws Error in one line */
export async function importSetup(setup: Setup, options: ImportOptions): Promise<Imported> {
  const { environment } = setup;
  const { ocisHost, issuer, differences } = addressesOf(setup);
  const ocisUrl = `https://${ocisHost}`;
  const roles = await importRoles(setup);
  const { claimKey } = roles;
  // oCIS's own value is `web`.
  const clientId = environment["WEB_OIDC_CLIENT_ID"] || environment["OCIS_OIDC_CLIENT_ID"] || "web";
  const identityClaim = environment["PROXY_USER_OIDC_CLAIM"] === "sub" ? "sub" : "preferred_username";
  const places = await importPlaces(setup, options.newName);
  const isInsecure = ["OCIS_INSECURE", "PROXY_OIDC_INSECURE"].some((name) => environment[name] === "true");
  const hasAuthority = places.config !== undefined && "caCertificate" in places.config;
  const variables = importEnvironment(
    environment,
    { ocisUrl, issuer, clientId, claimKey, identityClaim, tls: places.config?.["tls"] === "true" },
    {
      staysInsecure: isInsecure && !hasAuthority && !(await options.isTrusted(issuer)),
      secretVariables: setup.secretVariables,
    },
  );
  const fromPocketId =
    options.pocketId === undefined
      ? [UNASKED]
      : await importPocketId(options.pocketId, {
          ...{ ocisUrl, issuer, claimKey, clientId },
          members: options.members,
        });
  const first: Part = {
    config: {
      ...{ ocisHost, issuer, webClientId: clientId },
      ...(identityClaim !== "preferred_username" && { identityClaim }),
      adopt: "ifExists",
    },
    differences,
  };
  return together([first, roles.part, ...fromPocketId, places, await policyOf(setup, issuer), variables]);
}

const UNASKED: Part = {
  byHand: [
    "Pocket ID wasn't asked, so groups and clients have the guide's names: set POCKET_ID_URL and POCKET_ID_API_KEY, and " +
      "import again",
  ],
};

const REREAD = { docker: "import the container", kubernetes: "import again while oCIS runs" };

async function policyOf({ runsIn, environment, image, readFile }: Setup, issuer: string): Promise<Part> {
  const path = environment["PROXY_CSP_CONFIG_FILE_LOCATION"];
  // Without one, oCIS's own applies, which ours contains.
  if (!path) return {};
  const text = await readFile(path || PATHS.csp);
  if (text === undefined) {
    return {
      byHand: [
        `${path} can't be read, so its sources aren't imported: ${REREAD[runsIn]}, or see contentSecurityPolicy`,
      ],
    };
  }
  return importPolicy(text, environment, issuer, image);
}
