import type { Deployment } from "@ocis-pocket-id/components";
import { shellWord } from "@ocis-pocket-id/components/docker-host";
import { relative } from "node:path";
import { cacheDirectory, type Engine } from "ocis-pocket-id/engine";

/** The steps of the demo. */
export const TITLES = {
  up: "1. pulumi up: the whole guide",
  edit: "2. Somebody edits a claim on Pocket ID's web page",
  preview: "3. pulumi preview --refresh: what would be repaired",
  repair: "4. pulumi up --refresh: repair",
} as const;

/** The results of each step, by the engine's name for them. */
export const COUNTS = {
  up: { create: "created" },
  preview: { update: "to repair", same: "unchanged" },
  repair: { update: "repaired", same: "unchanged" },
  destroy: { delete: "objects removed from Pocket ID and from disk" },
} as const;

/** What to try after the demo. */
export function nextSteps({ target, directory = "", container = "" }: Deployment): string {
  const look =
    target === "bundle"
      ? `see the files:         ls -a ${shellWord(relative(process.cwd(), directory))}`
      : `see the log of oCIS:   docker logs ${container}`;
  return [
    "Done. Next:",
    `  ${look}`,
    '  your own company:      README.md, "A real company"',
    "  remove the demo:       npm run demo -- --destroy",
  ].join("\n");
}

/** What remains of a removed demo, and how to remove that, too. */
export function goodbye(source: Engine["source"], hadVolumes: boolean, cache = cacheDirectory()): string {
  const lines = [
    "The demo is removed.",
    hadVolumes &&
      "The Docker volumes remain: `docker volume ls` lists them, `docker volume rm NAME` removes one.",
    source !== "path" &&
      `The ${source} engine remains in ${cache} for the next time: \`rm -r ${shellWord(cache)}\` removes it.`,
    source === "built" &&
      "Go's caches remain (about 3 GB, with those of other projects): `go clean -cache -modcache` empties them.",
  ];
  return lines.filter((line) => line !== false).join("\n");
}
