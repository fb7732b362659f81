import type { Deployment } from "@ocis-pocket-id/components";
import { shellWord } from "@ocis-pocket-id/components/docker-host";
import { relative } from "node:path";
import { cacheDirectory, type Engine } from "ocis-pocket-id/engine";

/** The steps of the demo. */
export const TITLES = {
  up: "1. pulumi up: the whole guide",
  edit: "2. Somebody edits a claim in Pocket ID's web page",
  preview: "3. pulumi preview --refresh: what would be put right",
  repair: "4. pulumi up --refresh: put right",
} as const;

/** What each step did, by the engine's word for it. */
export const COUNTS = {
  up: { create: "made" },
  preview: { update: "to put right", same: "as they should be" },
  repair: { update: "put right", same: "left as they were" },
  destroy: { delete: "objects removed from Pocket ID and from disk" },
} as const;

/** What to do after the demo. */
export function nextSteps({ target, directory = "", container = "" }: Deployment): string {
  const look =
    target === "bundle"
      ? `see what was written:  ls -a ${shellWord(relative(process.cwd(), directory))}`
      : `see oCIS run:          docker logs ${container}`;
  return [
    "Done. Next:",
    `  ${look}`,
    '  your own company:      README.md, "A real company, from zero"',
    "  remove the demo:       npm run demo -- --destroy",
  ].join("\n");
}

/** What stays when the demo is gone, and how to remove it. */
export function goodbye(source: Engine["source"], hadVolumes: boolean, cache = cacheDirectory()): string {
  const volumes = [
    "The Docker volumes stay: `docker volume ls` lists them, `docker volume rm NAME` removes one.",
  ];
  const engine = [
    `The ${source} engine stays in ${cache} for the next time: \`rm -r ${shellWord(cache)}\` removes it.`,
  ];
  const caches = [
    "Go's caches stay (about 3 GB, other projects' too): `go clean -cache -modcache` empties them.",
  ];
  return [
    "The demo is gone.",
    ...(hadVolumes ? volumes : []),
    ...(source === "path" ? [] : engine),
    ...(source === "built" ? caches : []),
  ].join("\n");
}
