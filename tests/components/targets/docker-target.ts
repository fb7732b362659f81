import * as pulumi from "@pulumi/pulumi";
import { dockerTarget, type DockerTargetArgs, workload } from "../../../components/targets";
import { mockEngine, run } from "./mocks";

export const CSP = "directives: {}\n";
export const CSP_HASH = "62ff7820797cbe3badbbe6f89104612373530954fcf25e2232ef452f4d8ede90";
export const PEM = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n";
export const OWNER = { label: "io.github.ocis-pocket-id.owner", value: "shop/prod/ocis" };
export const settings = {
  url: "https://ocis.company.com",
  issuer: "https://pocket-id.company.com",
  environment: { OCIS_URL: "https://ocis.company.com", OCIS_INSECURE: "false" },
  contentSecurityPolicy: CSP,
};

beforeAll(mockEngine);
afterEach(() => {
  pulumi.runtime.setAllConfig({});
  delete process.env["DOCKER_HOST"];
});

export const make = (args: DockerTargetArgs, opts: pulumi.CustomResourceOptions = {}, name = "ocis") =>
  dockerTarget(name, workload(settings, args), args, opts);
/** The resources of a stack's target. */
export const target = (args: DockerTargetArgs = {}) => run(() => make(args));

/** A secret on its way to the engine, which keeps it encrypted in state. Source: `specialSigKey` of the SDK. */
export const secret = (value: unknown) => ({
  "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270",
  value,
});
