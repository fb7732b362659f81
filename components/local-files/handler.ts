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
import {
  hasMode,
  PRIVATE,
  PUBLIC,
  readText,
  removeEmpty,
  removeFile,
  whyNotWritable,
  writeText,
} from "./disk";

type Texts = Record<string, string>;

interface Inputs {
  directory: string;
  files: Texts;
  secretFiles: Texts;
  /** SHA-256 of each file, computed from the texts. */
  hashes: Texts;
  adopt: Adoption;
}

interface Outputs extends Inputs {
  /** Names of files that were there before and were taken over; destroy then leaves them in place. */
  adopted: string[];
}

const texts = z.record(z.string(), z.string({ error: "must be text" })).superRefine((files, context) => {
  for (const name of Object.keys(files)) {
    if (/[/\\\0]/.test(name) || ["", ".", ".."].includes(name)) {
      context.addIssue({ code: "custom", message: `'${name}' is not a plain file name` });
    }
  }
});

const rules: ResourceRules<Inputs, Outputs, undefined> = {
  inputs: z.object({
    directory: z.string({ error: "must be text" }).min(1, "must not be empty"),
    files: texts,
    secretFiles: texts.default({}),
    hashes: z.undefined({ error: "is computed from the files" }).optional(),
    adopt: validatorOf(adoption),
  }),
  replacedBy: ["directory"],
  notCompared: ["adopt"],

  derive: ({ files }) => (files === undefined ? {} : { hashes: hashesOf(files) }),

  async problems(inputs, { olds }): Promise<Problem[]> {
    const { directory, files = {}, secretFiles = {}, adopt } = inputs;
    if (directory === undefined) return [];
    const twice = Object.keys(secretFiles).find((name) => name in files);
    if (twice !== undefined) {
      return [
        { property: "secretFiles", reason: `'${twice}' is among the files too: leave it out of one of them` },
      ];
    }
    try {
      const absolute = resolveDirectory(directory);
      const problem = await whyNotWritable(absolute);
      if (problem !== undefined) return [{ property: "directory", reason: problem }];
      const ours = olds["directory"] === directory ? allOf(olds) : {};
      const foreign = adopt === "never" ? await foreignFiles(absolute, allOf(inputs), ours) : [];
      return foreign.map((path) => ({ property: "files", reason: taken(path) }));
    } catch (error) {
      return [{ property: "directory", reason: messageOf(error) }];
    }
  },

  async create(inputs) {
    const nothing = { ...inputs, files: {}, secretFiles: {}, hashes: {}, adopted: [] };
    return { id: inputs.directory, outputs: await write(inputs, nothing) };
  },

  async read(_id, olds) {
    const directory = resolveDirectory(olds.directory);
    const [files, secretFiles] = [
      await readAll(directory, olds.files),
      await readAll(directory, olds.secretFiles),
    ];
    const now = { ...olds, files, secretFiles, hashes: hashesOf(files) };
    return Object.keys(allOf(now)).length === 0 ? undefined : now;
  },

  async update(_id, olds, news) {
    const outputs = await write(news, olds);
    const directory = resolveDirectory(olds.directory);
    for (const name of Object.keys(allOf(olds))) {
      if (!(name in allOf(news)) && !olds.adopted.includes(name)) await removeFile(join(directory, name));
    }
    return outputs;
  },

  async delete(_id, olds) {
    const absolute = resolveDirectory(olds.directory);
    for (const name of Object.keys(allOf(olds))) {
      if (!olds.adopted.includes(name)) await removeFile(join(absolute, name));
    }
    await removeEmpty(absolute, highestOf(olds.directory, absolute));
  },
};

/** The handler of {@link LocalFiles}. */
export const localFiles = handlerOf(rules, () => undefined);

/** Files of both kinds. */
function allOf({ files = {}, secretFiles = {} }: Partial<Pick<Inputs, "files" | "secretFiles">>): Texts {
  return { ...files, ...secretFiles };
}

/** Those of the files that are there, as they are. */
async function readAll(directory: string, files: Texts): Promise<Texts> {
  const found: Texts = {};
  for (const name of Object.keys(files)) {
    const text = await readText(join(directory, name));
    if (text !== undefined) found[name] = text;
  }
  return found;
}

/** The folder that stays, however empty: the project's root, or for a directory elsewhere the one above it. */
function highestOf(directory: string, absolute: string): string {
  const root = isAbsolute(directory) ? absolute : projectRoot();
  return absolute.startsWith(join(root, "/")) ? root : dirname(absolute);
}

/** Writes what differs. If that fails half-way, what was written is kept in state. */
async function write(news: Inputs, olds: Outputs): Promise<Outputs> {
  const directory = resolveDirectory(news.directory);
  const foreign = await foreignFiles(directory, allOf(news), allOf(olds));
  if (news.adopt === "never" && foreign[0] !== undefined) throw new Error(taken(foreign[0]));
  const adopted = Object.keys(allOf(news)).filter(
    (name) => olds.adopted.includes(name) || foreign.includes(join(directory, name)),
  );
  const written = { files: { ...olds.files }, secretFiles: { ...olds.secretFiles } };
  try {
    for (const kind of ["files", "secretFiles"] as const) {
      for (const [name, text] of Object.entries(news[kind])) {
        const path = join(directory, name);
        const mode = kind === "files" ? PUBLIC : PRIVATE;
        if ((await readText(path)) !== text || !(await hasMode(path, mode)))
          await writeText(path, text, mode);
        written[kind][name] = text;
      }
    }
  } catch (error) {
    if (Object.keys(allOf(written)).length === 0) throw error;
    throw new PartialFailure(
      news.directory,
      { ...news, ...written, hashes: hashesOf(written.files), adopted },
      error,
    );
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
