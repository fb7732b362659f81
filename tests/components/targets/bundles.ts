import type { Bundle } from "../../../components/targets/bundle/compose";
import { containerOf } from "../../../components/targets/container";
import { OCIS } from "../../../components/settings";

export const PEM = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n";
export const csp = {
  name: "csp.yaml",
  path: "/etc/ocis/csp.yaml",
  text: "directives: {}\n",
  hashLabel: "io.github.ocis-pocket-id.csp-sha256",
};
export const authority = {
  name: "ca.crt",
  path: "/etc/ssl/certs/pocket-id-authority.crt",
  text: PEM,
  hashLabel: "io.github.ocis-pocket-id.ca-sha256",
};
/** What the bundle of a new stack has. */
export const bundle: Bundle = {
  name: "Shop-prod-ocis",
  owner: "Shop/prod/ocis",
  container: containerOf(OCIS),
  image: "owncloud/ocis:8",
  mounted: [csp],
  networks: [],
  extraHosts: [],
  published: { ip: "127.0.0.1", port: 9200 },
  hardening: true,
  limits: undefined,
  data: { config: "Shop-prod-ocis-config", data: "Shop-prod-ocis-data" },
  adoptVolumes: false,
  selinuxRelabel: undefined,
  hasSecrets: false,
};

/** One with networks, hosts and a private authority, without ports and hardening. */
export const full: Bundle = {
  ...bundle,
  networks: [{ name: "proxy", aliases: ["ocis.company.com"] }, { name: "other" }],
  extraHosts: [{ host: "pocket-id.company.com", ip: "host-gateway" }],
  published: undefined,
  mounted: [csp, authority],
  hardening: false,
  limits: { memory: 0, cpus: 1.5, logs: 0 },
};
