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

type Texts = Record<string, string>;

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

  derive: ({ files }) => (files === undefined ? {} : { hashes: hashesOf(files) }),

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
      const foreign = adopt === "never" ? await foreignFiles(absolute, allOf(inputs), ours) : [];
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
    const files = await readAll(directory, olds.files);
    const secretFiles = await readAll(directory, olds.secretFiles);
    const isGone = Object.keys({ ...files, ...secretFiles }).length === 0;
    return isGone ? undefined : { ...olds, files, secretFiles, hashes: hashesOf(files) };
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

/** Those of the files that are there, as they are. */
async function readAll(directory: string, files: Texts): Promise<Texts> {
  const found: Texts = {};
  for (const name of Object.keys(files)) {
    const text = await disk.readText(join(directory, name));
    if (text !== undefined) found[name] = text;
  }
  return found;
}

/** Writes what differs. If that fails half-way, what was written is kept in state. */
async function write(news: Inputs, olds: Outputs): Promise<Outputs> {
  const directory = disk.resolveDirectory(news.directory);
  const foreign = await foreignFiles(directory, allOf(news), allOf(olds));
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
    const outputs = { ...news, ...written, hashes: hashesOf(written.files), adopted };
    throw new PartialFailure(news.directory, outputs, error);
  }
  return { ...news, hashes: hashesOf(news.files), adopted };
}

/** Removes files of ours that aren't kept; those that were adopted stay. */
async function remove({ adopted, ...olds }: Outputs, kept: Texts = {}): Promise<void> {
  const directory = disk.resolveDirectory(olds.directory);
  for (const name of Object.keys(allOf(olds))) {
    if (!(name in kept) && !adopted.includes(name)) await disk.removeFile(join(directory, name));
  }
}

/** Names of files that are there, are not ours, and have another text than ours would have. */
async function foreignFiles(directory: string, files: Texts, ours: Texts): Promise<string[]> {
  const others = Object.fromEntries(Object.entries(files).filter(([name]) => !(name in ours)));
  const found = await readAll(directory, others);
  return Object.keys(found).filter((name) => found[name] !== files[name]);
}

function hashesOf(files: Texts): Texts {
  return Object.fromEntries(Object.entries(files).map(([name, text]) => [name, disk.sha256(text)]));
}

const taken = (path: string) =>
  `${path} already exists with other content: move it away, choose another directory, or set adopt: "ifExists" to ` +
  "overwrite it";
