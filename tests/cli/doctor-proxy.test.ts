import { ask } from "../../cli/doctor/ask";
import { recordingProxy } from "../support/recording-proxy";
import { json, scriptedServer } from "../support/scripted-server";

afterEach(() => Reflect.deleteProperty(process.env, "HTTP_PROXY"));

test("this machine is asked without a proxy, which would ask its own machine; others are asked through it", async () => {
  const server = await scriptedServer(json(418, {}));
  const proxy = await recordingProxy();
  process.env["HTTP_PROXY"] = proxy.url;
  try {
    expect(await ask(server.url)).toMatchObject({ status: 418 });
    expect(proxy.asked).toEqual([]);
    expect(await ask("http://ocis.company.test/")).toMatchObject({ status: 200 });
    expect(proxy.asked).toEqual(["GET http://ocis.company.test/"]);
  } finally {
    await proxy.close();
    await server.close();
  }
});

test("hosts below localhost are this machine's, also if its resolver doesn't know them", async () => {
  const server = await scriptedServer(json(418, {}));
  const { port } = new URL(server.url);
  expect(await ask(`http://ocis.localhost:${port}/`)).toMatchObject({ status: 418 });
  await server.close();
});
