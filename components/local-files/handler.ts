import { join } from "node:path";
import {
  adoption,
  handlerOf,
  messageOf,
  PartialFailure,
  type ResourceRules,
  validatorOf,
} from "@ocis-pocket-id/providers/core";
import { z } from "zod";
import * as disk from "./disk";
import type { Texts } from "./disk";

const texts = z.record(z.string(), z.string({ error: "must be text" })).superRefine((files, context) => {
  for (const name of Object.keys(files)) {
    if (/[/\\\0]/.test(name) || ["", ".", ".."].includes(name)) {
      context.addIssue({ code: "custom", message: `'${name}' is not a plain file name` });
    }
  }
});

const schema = z.object({
  directory: z.string({ error: "must be text" }).min(1, "must not be empty"),
  files: texts,
  secretFiles: texts.default({}),
  hashes: z.undefined({ error: "is computed from the files" }).optional(),
  adopt: validatorOf(adoption),
});

/** `hashes` are the SHA-256 of each file that holds no secret, computed from the texts. */
type Inputs = Omit<z.output<typeof schema>, "hashes"> & { hashes: Texts };

/** `adopted` are the names of files that were there before and were adopted; destroy then leaves them in place. */
type Outputs = Inputs & { adopted: string[] };

/** Files of both kinds with their modes: containers read them as another user; secrets are for their owner alone. */
const MODES = { files: 0o644, secretFiles: 0o600 } as const;

const rules: ResourceRules<Inputs, Outputs, undefined> = {
  inputs: schema,
  replacedBy: ["directory"],
  notCompared: ["adopt"],

  derive: ({ files }) => (files === undefined ? {} : { hashes: disk.hashesOf(files) }),

  async problems(inputs, { olds }) {
    const { directory, files = {}, secretFiles = {}, adopt } = inputs;
    if (directory === undefined) return [];
    const twice = Object.keys(secretFiles).find((name) => name in files);
    if (twice !== undefined) {
      const reason = `'${twice}' is also among the files: remove one of them`;
      return [{ property: "secretFiles", reason }];
    }
    try {
      const absolute = disk.resolveDirectory(directory);
      const problem = await disk.whyNotWritable(absolute);
      if (problem !== undefined) return [{ property: "directory", reason: problem }];
      const ours = olds["directory"] === directory ? allOf(olds) : {};
      const foreign = adopt === "never" ? await disk.foreignFiles(absolute, allOf(inputs), ours) : [];
      return foreign.map((name) => ({ property: "files", reason: taken(join(absolute, name)) }));
    } catch (error) {
      return [{ property: "directory", reason: messageOf(error) }];
    }
  },

  async create(inputs) {
    const nothing = { ...inputs, files: {}, secretFiles: {}, hashes: {}, adopted: [] };
    return { id: inputs.directory, outputs: await write(inputs, nothing) };
  },

  async read(_id, olds) {
    const directory = disk.resolveDirectory(olds.directory);
    const files = await disk.readAll(directory, olds.files);
    const secretFiles = await disk.readAll(directory, olds.secretFiles);
    const isGone = Object.keys({ ...files, ...secretFiles }).length === 0;
    return isGone ? undefined : { ...olds, files, secretFiles, hashes: disk.hashesOf(files) };
  },

  async update(_id, olds, news) {
    const outputs = await write(news, olds);
    await remove(olds, allOf(news));
    return outputs;
  },

  async delete(_id, olds) {
    await remove(olds);
    await disk.removeEmpty(olds.directory);
  },
};

/** The handler of {@link LocalFiles}. */
export const localFiles = handlerOf(rules, () => undefined);

function allOf({ files = {}, secretFiles = {} }: Partial<Pick<Inputs, keyof typeof MODES>>): Texts {
  return { ...files, ...secretFiles };
}

/** Writes what differs. If that fails half-way, what was written is kept in state. */
async function write(news: Inputs, olds: Outputs): Promise<Outputs> {
  const directory = disk.resolveDirectory(news.directory);
  const foreign = await disk.foreignFiles(directory, allOf(news), allOf(olds));
  if (news.adopt === "never" && foreign[0] !== undefined) throw new Error(taken(join(directory, foreign[0])));
  const adopted = Object.keys(allOf(news)).filter((name) => [...olds.adopted, ...foreign].includes(name));
  const written = { files: { ...olds.files }, secretFiles: { ...olds.secretFiles } };
  try {
    for (const kind of ["files", "secretFiles"] as const) {
      for (const [name, text] of Object.entries(news[kind])) {
        await disk.writeText(join(directory, name), text, MODES[kind]);
        written[kind][name] = text;
      }
    }
  } catch (error) {
    if (Object.keys(allOf(written)).length === 0) throw error;
    const outputs = { ...news, ...written, hashes: disk.hashesOf(written.files), adopted };
    throw new PartialFailure(news.directory, outputs, error);
  }
  return { ...news, hashes: disk.hashesOf(news.files), adopted };
}

/** Removes files of ours that aren't kept; those that were adopted stay. */
async function remove({ adopted, ...olds }: Outputs, kept: Texts = {}): Promise<void> {
  const directory = disk.resolveDirectory(olds.directory);
  for (const name of Object.keys(allOf(olds))) {
    if (!(name in kept) && !adopted.includes(name)) await disk.removeFile(join(directory, name));
  }
}

const taken = (path: string) =>
  `${path} already exists with other content: move it away, choose another directory, or set adopt: "ifExists" to ` +
  "overwrite it";
