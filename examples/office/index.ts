import * as docker from "@pulumi/docker";
import * as pulumi from "@pulumi/pulumi";
import { declareCompany } from "ocis-pocket-id/program";

const OFFICE = "https://office.company.com";
const WOPI = "https://wopi.company.com";

/** The stack's oCIS, and the service through which an office server opens and saves its files. */
function program() {
  const { ocisUrl, docker: host } = declareCompany();
  if (host === undefined) throw new Error("the service needs target docker");
  const { container, image, networkName, volumeNames } = host;

  new docker.Container(
    "ocis-collaboration",
    {
      name: "ocis-collaboration",
      // The same version as oCIS.
      image: image.imageId,
      entrypoints: ["/bin/sh"],
      command: ["-c", "exec ocis collaboration server"],
      envs: [
        pulumi.interpolate`OCIS_URL=${ocisUrl}`,
        "OCIS_CONFIG_DIR=/etc/ocis",
        "OCIS_INSECURE=false",
        "MICRO_REGISTRY=nats-js-kv",
        pulumi.interpolate`MICRO_REGISTRY_ADDRESS=${container.name}:9233`,
        "COLLABORATION_GRPC_ADDR=0.0.0.0:9301",
        "COLLABORATION_HTTP_ADDR=0.0.0.0:9300",
        "COLLABORATION_APP_NAME=CollaboraOnline",
        "COLLABORATION_APP_PRODUCT=Collabora",
        `COLLABORATION_APP_ADDR=${OFFICE}`,
        `COLLABORATION_APP_ICON=${OFFICE}/favicon.ico`,
        `COLLABORATION_WOPI_SRC=${WOPI}`,
      ],
      // For oCIS's own secrets, in ocis.yaml.
      mounts: [{ type: "volume", source: volumeNames.config, target: "/etc/ocis", readOnly: true }],
      networksAdvanced: [{ name: networkName }],
      capabilities: { drops: ["ALL"] },
      securityOpts: ["no-new-privileges"],
      restart: "always",
    },
    { dependsOn: [host.ready], deleteBeforeReplace: true },
  );
  return { ocisUrl };
}

export = program;
