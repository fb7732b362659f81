import type { Generation } from "./company";
import { type Picture, type Site, succeeded } from "./site";

/** An undisturbed `up` and what it comes to. */
export interface Baseline {
  readonly from: "nothing" | Generation;
  readonly to: Generation;
  readonly requests: readonly string[];
  readonly end: Picture;
}

/** The undisturbed runs: from nothing, and an update in both directions, so that sites go on from where they stand. */
export type Baselines = Readonly<Record<"create" | Generation, Baseline>>;

export async function undisturbed(site: Site): Promise<Baselines> {
  return {
    create: await baseline(site, "nothing", "first"),
    second: await baseline(site, "first", "second"),
    first: await baseline(site, "second", "first"),
  };
}

async function baseline(site: Site, from: "nothing" | Generation, to: Generation): Promise<Baseline> {
  await site.begin(from, to);
  succeeded(await site.stack.run("up"));
  site.standing = to;
  return { from, to, requests: [...site.proxy.requests], end: await site.picture() };
}
