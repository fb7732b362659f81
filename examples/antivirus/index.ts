import * as docker from "@pulumi/docker";
import { declareCompany } from "ocis-pocket-id/program";

/** The stack's oCIS, and ClamAV beside it. */
function program() {
  const { ocisUrl, docker: host } = declareCompany();
  if (host === undefined) throw new Error("ClamAV needs target docker");

  // Its signatures, about 300 MB, which it downloads at its first start: uploads wait for a minute or two.
  const signatures = new docker.Volume("clamav-signatures");
  new docker.Container("clamav", {
    image: "clamav/clamav:stable",
    networksAdvanced: [{ name: host.networkName, aliases: ["clamav"] }],
    mounts: [{ type: "volume", source: signatures.name, target: "/var/lib/clamav" }],
    memory: 4096,
    memorySwap: -1,
    restart: "always",
  });
  return { ocisUrl };
}

export = program;
