import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { readCompose } from "../../cli/import/compose";
import { importSetup } from "../../cli/import/mapping";
import type { Imported } from "../../cli/import/setup";

/** Shapes of compose files as people publish them, beside the whole set-ups in tests/fixtures/import. */
const ENVIRONMENT = `
      OCIS_URL: https://cloud.company.test
      OCIS_OIDC_ISSUER: https://id.company.test
      PROXY_TLS: "false"
      OCIS_EXCLUDE_RUN_SERVICES: idp`;
export const OCIS = `services:
  ocis:
    image: owncloud/ocis:7.1.0`;
const VOLUMES = "volumes: { config: , data: }";

interface Shape {
  /** Further keys of oCIS's service. */
  service?: string;
  environment?: string;
  volumes?: string;
  /** What stands below oCIS's service. */
  more?: string;
  files?: Readonly<Record<string, string>>;
}

export let folder: string;
beforeEach(() => {
  folder = join(mkdtempSync(join(tmpdir(), "shape-")), "cloud");
  mkdirSync(folder);
});
afterEach(() => {
  rmSync(dirname(folder), { recursive: true, force: true });
});

/** What becomes of a shape. */
export async function imported({
  service = "",
  environment = "",
  volumes = "[config:/etc/ocis, data:/var/lib/ocis]",
  more = "",
  files = {},
}: Shape): Promise<Imported> {
  const text = `${OCIS}
    volumes: ${volumes}
    environment:${ENVIRONMENT}
${environment}
${service}
${more}
${VOLUMES}
`;
  for (const [name, content] of Object.entries({ "compose.yaml": text, ...files })) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), content);
  }
  return importSetup(readCompose([folder], undefined, {}), {
    newName: "new",
    pocketId: undefined,
    members: false,
    isTrusted: () => Promise.resolve(true),
  });
}

/** What has to be done by hand, beside asking Pocket ID. */
export const byHand = ({ byHand: lines }: Imported) =>
  lines.filter((line) => !line.startsWith("Pocket ID wasn't asked"));
