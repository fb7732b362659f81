import { byHand, imported } from "./compose-shapes";

describe("ports", () => {
  test.each([
    ['"9200:9200"', undefined],
    ['"8080:9200"', "8080"],
    ['"127.0.0.2:9201:9200/tcp"', "9201"],
    ['"9300-9310:9195-9205"', "9305"],
    ['{ published: "9444", target: 9200, mode: host }', "9444"],
    ['"9200"', undefined],
    ['"53:53/udp"', undefined],
  ])("%s is published at %s", async (port, expected) => {
    const { config } = await imported({ service: `    ports: [${port}]` });
    expect(config["port"]).toBe(expected);
  });

  test("oCIS may listen on another one inside", async () => {
    const { config, changes } = await imported({
      environment: "      PROXY_HTTP_ADDR: 0.0.0.0:5200",
      service: '    ports: ["5300:5200"]',
    });
    expect(config).toMatchObject({ port: "5300" });
    expect(changes.join()).toMatch(/PROXY_HTTP_ADDR is '0.0.0.0:5200'.*becomes not set/);
  });
});

describe("networks", () => {
  test("of its own is new, as nothing else is in the old one", async () => {
    const { config, changes } = await imported({});
    expect(config).not.toHaveProperty("networks");
    expect(changes).toContain(
      "it gets a network of its own, new: a container that passes requests on to it must join that",
    );
  });

  test("an IPv6 address isn't imported, which matters for oCIS's own name", async () => {
    const service = '    extra_hosts: { cloud.company.test: "fd00::1", mail.company.test: "fd00::2" }';
    const found = byHand(await imported({ service }));
    expect(found).toEqual([
      "cloud.company.test has the IPv6 address fd00::1, which isn't imported: set an IPv4 one in extraHosts, or logins and uploads fail",
      "mail.company.test has the IPv6 address fd00::2, which isn't imported: set an IPv4 one in extraHosts",
    ]);
  });

  test("of the Docker host: the port is oCIS's own", async () => {
    const { config, changes } = await imported({
      environment: "      PROXY_HTTP_ADDR: :5200",
      service: "    network_mode: host",
    });
    expect(config).toMatchObject({ port: "5200" });
    expect(changes.join()).toContain("port 5200 listens on 127.0.0.1 only, instead of 0.0.0.0");
  });

  test("of another service: oCIS joins them itself, and the other must pass on", async () => {
    const found = await imported({
      service: "    network_mode: service:vpn",
      more: `  vpn:
    image: tailscale/tailscale
    networks: [web]
    ports: ["9205:9200"]
networks: { web: { external: true } }`,
    });
    expect(found.config).toMatchObject({ networks: ["web"], networkAliases: ["ocis"], port: "9205" });
    expect(byHand(found)).toEqual([
      "oCIS uses the network of vpn, and the new container one of its own: let vpn pass on to http://new:9200",
    ]);
  });

  test("that others share with oCIS, and addresses of its own, go", async () => {
    const found = await imported({
      service: "    networks: { web: { ipv4_address: 172.20.0.5 } }",
      more: `  sidecar: { image: tailscale/tailscale, network_mode: "service:ocis" }
networks: { web: }`,
    });
    expect(byHand(found)).toEqual([
      expect.stringMatching(/^sidecar uses oCIS's network, which goes: .*http:\/\/new:9200$/),
      "the address 172.20.0.5 in the network cloud_web goes: replace it by new where it's used",
    ]);
  });
});
