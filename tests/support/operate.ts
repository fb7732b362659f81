import type { dynamic } from "@pulumi/pulumi";

type Properties = Record<string, unknown>;
type Provider = dynamic.ResourceProvider<Properties, Properties>;

/** What the engine writes for a value that is not known at preview. */
export const UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

const PROVIDER = { __provider: "exports.handler = ..." };

let processes = 0;

// What handlers print for people, which the engine would show in diagnostics, is for the test to look at.
let diagnostics: jest.SpyInstance;
beforeEach(() => {
  diagnostics = jest.spyOn(console, "error").mockImplementation();
});
afterEach(() => {
  diagnostics.mockRestore();
});

/**
 * The configuration of one run of the engine. Each has its own process, and so its own listings; here each gets its own
 * time-out, which gives it its own client.
 */
export function anotherProcess(server: { url: string; apiKey: string }): Record<string, string> {
  processes += 1;
  return {
    "pocketid:url": server.url,
    "pocketid:apiKey": server.apiKey,
    "pocketid:timeoutSeconds": String(30 + processes / 1_000),
  };
}

/** A resource as the engine would keep it, so that a test can take the engine's steps one by one. */
export interface Entry {
  id: string;
  inputs: Properties;
  outputs: Properties;
}

/** Runs a handler's operations as the engine's plugin process does: configured once, always with `__provider`. */
export function operate(handler: Provider, configuration: Record<string, string | undefined>) {
  const get = (key: string) => configuration[key];
  const require = (key: string) => get(key) ?? "";
  void handler.configure?.({ config: { get, require } });

  const check = async (news: Properties, olds: Properties = {}) => {
    const result = await handler.check?.(olds, { ...news, ...PROVIDER });
    return { inputs: result?.inputs ?? {}, failures: result?.failures ?? [] };
  };

  /** Checked inputs; a test that expects none fails with the reasons. */
  const checked = async (news: Properties, olds: Properties = {}) => {
    const { inputs, failures } = await check(news, olds);
    if (failures.length > 0)
      throw new Error(failures.map(({ property, reason }) => `${property}: ${reason}`).join("\n"));
    return { ...inputs, ...PROVIDER };
  };

  return {
    check,
    async create(news: Properties): Promise<Entry> {
      const inputs = await checked(news);
      const { id, outs } = await handler.create(inputs);
      return { id, inputs, outputs: { ...outs, ...PROVIDER } };
    },
    /** The next preview's diff for an entry and a changed program. */
    async diff(entry: Entry, news: Properties): Promise<dynamic.DiffResult> {
      const inputs = await checked(news, entry.inputs);
      const result = await handler.diff?.(entry.id, entry.outputs, inputs);
      return result ?? {};
    },
    async update(entry: Entry, news: Properties): Promise<Entry> {
      const inputs = await checked(news, entry.inputs);
      const result = await handler.update?.(entry.id, entry.outputs, inputs);
      return { id: entry.id, inputs, outputs: { ...result?.outs, ...PROVIDER } };
    },
    /** The entry after a refresh; undefined when the object is gone. */
    async refresh(entry: Entry): Promise<Entry | undefined> {
      const result = await handler.read?.(entry.id, entry.outputs);
      if (result?.id === undefined || result.id === "") return undefined;
      const inputs = { ...(result.inputs ?? entry.inputs), ...PROVIDER };
      return { id: result.id, inputs, outputs: { ...result.props, ...PROVIDER } };
    },
    async delete(entry: Entry): Promise<void> {
      await handler.delete?.(entry.id, entry.outputs);
    },
  };
}
