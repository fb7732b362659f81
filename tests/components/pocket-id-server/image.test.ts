import { takesNetworks } from "../../../components/pocket-id-server/pocket-id-server";

test.each([
  ["ghcr.io/pocket-id/pocket-id:v2.14.0", true],
  ["ghcr.io/pocket-id/pocket-id:v2.11.0-distroless", true],
  ["registry:5000/pocket-id", true],
  ["ghcr.io/pocket-id/pocket-id:v2", true],
  ["ghcr.io/pocket-id/pocket-id:v2.10.3", false],
  ["pocket-id:2.9", false],
  ["ghcr.io/pocket-id/pocket-id:v1", false],
  ["ghcr.io/pocket-id/pocket-id@sha256:1f2e", true],
  ["ghcr.io/pocket-id/pocket-id:v2.9.0@sha256:4f2e", false],
])("whether TRUST_PROXY of %s takes an address range: %s", (image, takes) => {
  expect(takesNetworks(image)).toBe(takes);
});
