import {
  deploymentHosts,
  hostProblems,
  type DeploymentHosts,
  type HostArgs,
} from "../../../components/settings";

const COMPANY: DeploymentHosts = {
  ocisHost: "ocis.company.com",
  ocisUrl: "https://ocis.company.com",
  pocketIdHost: "pocket-id.company.com",
  pocketIdUrl: "https://pocket-id.company.com",
  issuer: "https://pocket-id.company.com",
};

const LOCAL = {
  pocketIdHost: "localhost:1411",
  pocketIdUrl: "http://localhost:1411",
  issuer: "http://localhost:1411",
};

test.each<[string, HostArgs, Partial<DeploymentHosts>]>([
  ["a domain is enough", { domain: "company.com" }, COMPANY],
  ["both hosts are enough", { ocisHost: "ocis.company.com", pocketIdHost: "pocket-id.company.com" }, COMPANY],
  [
    "an own host of oCIS",
    { domain: "company.com", ocisHost: "files.company.org" },
    {
      ...COMPANY,
      ocisHost: "files.company.org",
      ocisUrl: "https://files.company.org",
    },
  ],
  [
    "an own host of Pocket ID",
    { domain: "company.com", pocketIdHost: "id.company.com" },
    {
      ...COMPANY,
      pocketIdHost: "id.company.com",
      pocketIdUrl: "https://id.company.com",
      issuer: "https://id.company.com",
    },
  ],
  [
    "the issuer names Pocket ID's host",
    { domain: "company.com", issuer: "https://id.company.org:8443" },
    {
      pocketIdHost: "id.company.org:8443",
      pocketIdUrl: "https://id.company.org:8443",
      issuer: "https://id.company.org:8443",
    },
  ],
  ["http on loopback", { domain: "company.com", issuer: "http://localhost:1411" }, LOCAL],
  [
    "http on a name below localhost",
    { domain: "company.com", issuer: "http://id.localhost" },
    { issuer: "http://id.localhost" },
  ],
  [
    "http on 127.0.0.1",
    { domain: "company.com", issuer: "http://127.0.0.1:1411" },
    { issuer: "http://127.0.0.1:1411" },
  ],
  [
    "a port in the host",
    { domain: "company.com", ocisHost: "ocis.company.com:9200" },
    {
      ocisHost: "ocis.company.com:9200",
      ocisUrl: "https://ocis.company.com:9200",
    },
  ],
  [
    "a port by itself",
    { domain: "company.com", ocisPort: 9200 },
    { ocisUrl: "https://ocis.company.com:9200" },
  ],
  ["the default port", { domain: "company.com", ocisPort: 443 }, COMPANY],
  [
    "the same port twice",
    { domain: "company.com", ocisHost: "a.com:9200", ocisPort: 9200 },
    { ocisUrl: "https://a.com:9200" },
  ],
  [
    "addresses as hosts",
    { ocisHost: "192.0.2.1:9200", pocketIdHost: "192.0.2.1" },
    { ocisUrl: "https://192.0.2.1:9200" },
  ],
  ["punycode", { domain: "xn--bcher-kva.de" }, { ocisUrl: "https://ocis.xn--bcher-kva.de" }],
  ["a domain of one label", { domain: "localhost" }, { ocisUrl: "https://ocis.localhost" }],
])("%s", (_, args, expected) => {
  expect(hostProblems(args)).toEqual([]);
  expect(deploymentHosts(args)).toMatchObject(expected);
});

test.each<[HostArgs, string, string]>([
  [{}, "domain", "is missing: write your company's domain"],
  [{ ocisHost: "ocis.company.com" }, "domain", "or both ocisHost and pocketIdHost"],
  [{ domain: "" }, "domain", "is empty"],
  [
    { domain: "https://company.com/" },
    "domain",
    "'https://company.com/' is a URL: write the host alone, 'company.com'",
  ],
  [{ domain: "company.com/" }, "domain", "'company.com/' is not a host name"],
  [{ domain: "my company.com" }, "domain", "is not a host name"],
  [{ domain: "admin@company.com" }, "domain", "is not a host name"],
  [{ domain: "Company.com" }, "domain", "write 'company.com'"],
  [{ domain: "company.com." }, "domain", "ends in a dot: write 'company.com'"],
  [{ domain: "company..com" }, "domain", "write 1 to 63 letters"],
  [{ domain: "-company.com" }, "domain", "write 1 to 63 letters"],
  [{ domain: "my_company.com" }, "domain", "write 1 to 63 letters"],
  [{ domain: `${"a".repeat(64)}.com` }, "domain", "write 1 to 63 letters"],
  [{ domain: "abc.".repeat(62) + "com" }, "domain", "253 characters in all"],
  [{ domain: "company.com:8443" }, "domain", "has a port: write 'company.com', and ports in ocisHost"],
  [{ domain: "192.0.2.1" }, "domain", "is an address, not a domain"],
  [{ domain: "bücher.de" }, "domain", "write 'xn--bcher-kva.de'"],
  [{ domain: "[::1]" }, "domain", "is an IPv6 address"],
  [{ domain: "company.com", ocisHost: "::1" }, "ocisHost", "is an IPv6 address"],
  [{ domain: "company.com", ocisHost: "[2001:db8::1]:9200" }, "ocisHost", "is an IPv6 address"],
  [
    { domain: "company.com", ocisHost: "300.0.2.1" },
    "ocisHost",
    "is neither an IPv4 address nor a host name",
  ],
  [{ domain: "company.com", ocisHost: "127.1" }, "ocisHost", "is neither an IPv4 address nor a host name"],
  [{ domain: "company.com", ocisHost: "ocis.company.com:0" }, "ocisHost", "has the port '0'"],
  [{ domain: "company.com", ocisHost: "ocis.company.com:" }, "ocisHost", "has the port ''"],
  [{ domain: "company.com", ocisHost: "ocis.company.com:70000" }, "ocisHost", "has the port '70000'"],
  [
    { domain: "company.com", ocisHost: "ocis.company.com:443" },
    "ocisHost",
    "browsers omit: write 'ocis.company.com'",
  ],
  [
    { domain: "company.com", ocisHost: "a.com:9200", ocisPort: 9201 },
    "ocisPort",
    "'9201' contradicts ocisHost 'a.com:9200'",
  ],
  [{ domain: "company.com", ocisPort: 0 }, "ocisPort", "'0' is not a port"],
  [{ domain: "company.com", ocisPort: 92.5 }, "ocisPort", "'92.5' is not a port"],
  [
    { domain: "company.com", pocketIdHost: "http://id.company.com" },
    "pocketIdHost",
    "write the host alone, 'id.company.com'",
  ],
  [{ domain: "company.com", pocketIdHost: "ocis.company.com" }, "ocisHost", "are both at 'ocis.company.com'"],
  [{ domain: "company.com", issuer: "pocket-id.company.com" }, "issuer", "has no scheme"],
  [{ domain: "company.com", issuer: "https://id.company.com/" }, "issuer", "ends in a slash"],
  [
    { domain: "company.com", issuer: "https://id.company.com/auth" },
    "issuer",
    "write 'https://id.company.com'",
  ],
  [{ domain: "company.com", issuer: "https://id.company.com?x=1" }, "issuer", "more than scheme and host"],
  [{ domain: "company.com", issuer: "http://id.company.com" }, "issuer", "isn't encrypted"],
  [{ domain: "company.com", issuer: "http://localhost.company.com" }, "issuer", "isn't encrypted"],
  [{ domain: "company.com", issuer: "http://localhost:80" }, "issuer", "write 'localhost'"],
  [{ domain: "company.com", issuer: "ldap://id.company.com" }, "issuer", "has the scheme 'ldap'"],
  [{ domain: "company.com", issuer: "https://ID.company.com" }, "issuer", "write 'id.company.com'"],
  [{ domain: "company.com", issuer: "HTTPS://id.company.com" }, "issuer", "write 'https://id.company.com'"],
  [{ domain: "company.com", issuer: "https://[::1]:1411" }, "issuer", "is an IPv6 address"],
  [{ domain: "company.com", issuer: "https://" }, "issuer", "is empty"],
  [
    { domain: "company.com", issuer: "https://admin:pw@id.company.com" },
    "issuer",
    "contains a username: write 'https://id.company.com'",
  ],
  [
    { domain: "company.com", pocketIdHost: "id.company.com", issuer: "https://id.company.org" },
    "issuer",
    "is not at pocketIdHost 'id.company.com'",
  ],
])("refuses %j", (args, field, message) => {
  expect(hostProblems(args)).toEqual([{ field, message: expect.stringContaining(message) as string }]);
  expect(() => deploymentHosts(args)).toThrow(`${field}: `);
});

test("names all problems at once, one a line", () => {
  const args = {
    domain: "https://company.com",
    ocisHost: "Ocis.company.com",
    issuer: "https://id.company.com/",
  };
  expect(hostProblems(args).map(({ field }) => field)).toEqual(["domain", "ocisHost", "issuer"]);
  expect(() => deploymentHosts(args)).toThrow(/^domain: .*\nocisHost: .*\nissuer: .*$/);
});
