import { createHash } from "node:crypto";
import { dirname, isAbsolute, join } from "node:path";
import { z } from "zod";
import {
  adoption,
  type Adoption,
  handlerOf,
  messageOf,
  PartialFailure,
  type Problem,
  type ResourceRules,
  validatorOf,
} from "@ocis-pocket-id/providers/core";
import { projectRoot, resolveDirectory } from "./directory";
import { readText, removeEmpty, removeFile, whyNotWritable, writeText } from "./disk";

type Texts = Record<string, string>;

interface Inputs {
  directory: string;
  files: Texts;
  /** SHA-256 of each file, computed from the texts. */
  hashes: Texts;
  adopt: Adoption;
}

interface Outputs extends Inputs {
  /** Names of files that were there before and were taken over; destroy then leaves them in place. */
  adopted: string[];
}

const rules: ResourceRules<Inputs, Outputs, undefined> = {
  inputs: z.object({
    directory: z.string({ error: "must be text" }).min(1, "must not be empty"),
    files: z.record(z.string(), z.string({ error: "must be text" })).superRefine((files, context) => {
      for (const name of Object.keys(files)) {
        if (/[/\\\0]/.test(name) || ["", ".", ".."].includes(name)) {
          context.addIssue({ code: "custom", message: `'${name}' is not a plain file name` });
        }
      }
    }),
    hashes: z.undefined({ error: "is computed from the files" }).optional(),
    adopt: validatorOf(adoption),
  }),
  replacedBy: ["directory"],
  notCompared: ["adopt"],

  derive: ({ files }) => (files === undefined ? {} : { hashes: hashesOf(files) }),

  async problems({ directory, files = {}, adopt }, { olds }): Promise<Problem[]> {
    if (directory === undefined) return [];
    try {
      const absolute = resolveDirectory(directory);
      const problem = await whyNotWritable(absolute);
      if (problem !== undefined) return [{ property: "directory", reason: problem }];
      const ours = olds["directory"] === directory ? (olds["files"] as Texts | undefined) : undefined;
      const foreign = adopt === "never" ? await foreignFiles(absolute, files, ours ?? {}) : [];
      return foreign.map((path) => ({ property: "files", reason: taken(path) }));
    } catch (error) {
      return [{ property: "directory", reason: messageOf(error) }];
    }
  },

  async create(inputs) {
    const nothing = { ...inputs, files: {}, hashes: {}, adopted: [] };
    return { id: inputs.directory, outputs: await write(inputs, nothing) };
  },

  async read(_id, olds) {
    const directory = resolveDirectory(olds.directory);
    const files: Texts = {};
    for (const name of Object.keys(olds.files)) {
      const text = await readText(join(directory, name));
      if (text !== undefined) files[name] = text;
    }
    return Object.keys(files).length === 0 ? undefined : { ...olds, files, hashes: hashesOf(files) };
  },

  async update(_id, olds, news) {
    const outputs = await write(news, olds);
    const directory = resolveDirectory(olds.directory);
    for (const name of Object.keys(olds.files)) {
      if (!(name in news.files) && !olds.adopted.includes(name)) await removeFile(join(directory, name));
    }
    return outputs;
  },

  async delete(_id, { directory, files, adopted }) {
    const absolute = resolveDirectory(directory);
    for (const name of Object.keys(files)) {
      if (!adopted.includes(name)) await removeFile(join(absolute, name));
    }
    await removeEmpty(absolute, highestOf(directory, absolute));
  },
};

/** The handler of {@link LocalFiles}. */
export const localFiles = handlerOf(rules, () => undefined);

/** The folder that stays, however empty: the project's root, or for a directory elsewhere the one above it. */
function highestOf(directory: string, absolute: string): string {
  const root = isAbsolute(directory) ? absolute : projectRoot();
  return absolute.startsWith(join(root, "/")) ? root : dirname(absolute);
}

/** Writes what differs. If that fails half-way, what was written is kept in state. */
async function write(news: Inputs, olds: Outputs): Promise<Outputs> {
  const directory = resolveDirectory(news.directory);
  const foreign = await foreignFiles(directory, news.files, olds.files);
  if (news.adopt === "never" && foreign[0] !== undefined) throw new Error(taken(foreign[0]));
  const adopted = Object.keys(news.files).filter(
    (name) => olds.adopted.includes(name) || foreign.includes(join(directory, name)),
  );
  const written = { ...olds.files };
  try {
    for (const [name, text] of Object.entries(news.files)) {
      const path = join(directory, name);
      if ((await readText(path)) !== text) await writeText(path, text);
      written[name] = text;
    }
  } catch (error) {
    if (Object.keys(written).length === 0) throw error;
    const done = { ...news, files: written, hashes: hashesOf(written), adopted };
    throw new PartialFailure(news.directory, done, error);
  }
  return { ...news, hashes: hashesOf(news.files), adopted };
}

/** Paths at which there is a file that is not ours, with another text than ours would have. */
async function foreignFiles(directory: string, files: Texts, ours: Texts): Promise<string[]> {
  const foreign: string[] = [];
  for (const [name, text] of Object.entries(files)) {
    if (name in ours) continue;
    const found = await readText(join(directory, name));
    if (found !== undefined && found !== text) foreign.push(join(directory, name));
  }
  return foreign;
}

function hashesOf(files: Texts): Texts {
  const hash = (text: string) => createHash("sha256").update(text).digest("hex");
  return Object.fromEntries(Object.entries(files).map(([name, text]) => [name, hash(text)]));
}

const taken = (path: string) =>
  `${path} exists already with another content: move it away, choose another directory, or set adopt: "ifExists" to ` +
  "overwrite it";
