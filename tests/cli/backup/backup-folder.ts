import { createHash } from "node:crypto";
import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import type { Archive, Manifest } from "../../../cli/backup/manifest";
import { tarOf } from "../../../cli/backup/tar";

const END = Buffer.alloc(1_024);

/** A tar archive of text files. */
export const archiveOf = (...names: string[]) =>
  Buffer.concat([...names.map((name) => tarOf(name, `content of ${name}`).subarray(0, -END.length)), END]);

const factsOf = (name: string, content: Buffer) => ({
  name,
  bytes: content.length,
  sha256: createHash("sha256").update(content).digest("hex"),
});

/** Files of a small backup by name; a test can change them before the manifest counts them. */
export const files = (): Record<string, Buffer> => ({
  "ocis-config.tar": archiveOf("ocis-config/ocis.yaml", "ocis-config/csp.yaml"),
  "ocis-data.tar.gz": gzipSync(archiveOf("ocis-data/storage", "ocis-data/idm/ocis.boltdb")),
  "pocket-id-data.tar": archiveOf("pocket-id-data/pocket-id.db"),
  "state.json": Buffer.from("{}"),
});

/** Writes a backup into a new folder. */
export function backupFolder(contents: Readonly<Record<string, Buffer>>): string {
  const folder = mkdtempSync(join(tmpdir(), "backup-"));
  const archives = Object.entries(contents).flatMap(([name, content]): Archive[] => {
    const [kind = ""] = name.split(".");
    if (kind === "state") return [];
    const rest = {
      component: "ocis",
      source: `company-${kind}`,
      labels: {},
      entries: kind === "pocket-id-data" ? 1 : 2,
    };
    return [{ ...factsOf(name, content), kind: kind as Archive["kind"], ...rest }];
  });
  const manifest: Manifest = {
    ...{ format: 1, project: "shop", stack: "company", time: "2026-11-28T03:00:00Z", images: [], archives },
    state: factsOf("state.json", contents["state.json"] ?? Buffer.alloc(0)),
  };
  for (const [name, content] of Object.entries(contents)) writeFileSync(join(folder, name), content);
  writeFileSync(join(folder, "manifest.json"), JSON.stringify(manifest));
  return folder;
}
