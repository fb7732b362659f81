import * as pulumi from "@pulumi/pulumi";
import { traefikLabels } from "../../../components/tls-proxy/traefik";

const SITE = { url: "https://ocis.company.com:8443", upstream: "http://ocis:9200" };

beforeAll(() =>
  pulumi.runtime.setMocks(
    { newResource: () => ({ id: "", state: {} }), call: () => ({}) },
    "my.shop",
    "prod",
  ),
);

test("one router with TLS and one service, under names without dots", () => {
  expect(traefikLabels("ocis", SITE, { network: "proxy" })).toEqual({
    "traefik.enable": "true",
    "traefik.docker.network": "proxy",
    "traefik.http.routers.my-shop-prod-ocis.rule": "Host(`ocis.company.com`)",
    "traefik.http.routers.my-shop-prod-ocis.entrypoints": "websecure",
    "traefik.http.routers.my-shop-prod-ocis.tls": "true",
    "traefik.http.routers.my-shop-prod-ocis.service": "my-shop-prod-ocis",
    "traefik.http.services.my-shop-prod-ocis.loadbalancer.server.port": "9200",
  });
});

test("Traefik's own names, and what has no router", () => {
  const names = { network: "web", entryPoint: "https", certResolver: "le" };
  expect(traefikLabels("ocis", { ...SITE, closed: ["/setup"] }, names)).toMatchObject({
    "traefik.http.routers.my-shop-prod-ocis.rule":
      "Host(`ocis.company.com`) && !(Method(`POST`) && Path(`/setup`))",
    "traefik.http.routers.my-shop-prod-ocis.entrypoints": "https",
    "traefik.http.routers.my-shop-prod-ocis.tls.certresolver": "le",
  });
});
