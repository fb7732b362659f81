import { caddyfile } from "../../../components/tls-proxy/caddyfile";

const SITES = [
  { url: "https://ocis.company.com", upstream: "http://ocis:9200" },
  { url: "https://pocket-id.company.com:8443", upstream: "http://pocket-id:1411" },
];

test("a block for each site, with public certificates", () => {
  expect(caddyfile(SITES, "acme", { email: "it@company.com" })).toBe(`{
	admin off
	skip_install_trust
	email it@company.com
}

ocis.company.com {
	reverse_proxy http://ocis:9200
}

pocket-id.company.com:8443 {
	reverse_proxy http://pocket-id:1411
}
`);
});

test("an internal authority, given files, and HSTS", () => {
  expect(caddyfile(SITES, "internal").match(/\ttls internal\n/g)).toHaveLength(2);
  expect(caddyfile(SITES, "files")).toContain("\ttls /run/secrets/tls.crt /run/secrets/tls.key\n");
  expect(caddyfile(SITES, "acme")).not.toContain("Strict-Transport-Security");
  expect(caddyfile(SITES, "acme", { hsts: true })).toContain(
    'header Strict-Transport-Security "max-age=31536000"',
  );
});

test("a site's closed paths take no POST", () => {
  const [, second] = SITES;
  const text = caddyfile(second ? [{ ...second, closed: ["/api/signup/setup"] }] : [], "internal");
  expect(text).toContain(
    "\t@closed `method('POST') && path('/api/signup/setup')`\n\trespond @closed 403\n\treverse_proxy",
  );
});
