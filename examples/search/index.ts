import * as docker from "@pulumi/docker";
import { declareCompany } from "ocis-pocket-id/program";

/** The stack's oCIS, and Tika beside it. Files that were there before: `docker exec CONTAINER ocis search index --all-spaces`. */
function program() {
  const { ocisUrl, docker: host } = declareCompany();
  if (host === undefined) throw new Error("Tika needs target docker");

  new docker.Container("tika", {
    image: "apache/tika:latest-full",
    networksAdvanced: [{ name: host.networkName, aliases: ["tika"] }],
    memory: 2048,
    memorySwap: -1,
    restart: "always",
  });
  return { ocisUrl };
}

export = program;
