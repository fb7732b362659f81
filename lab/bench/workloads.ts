import type { ConfigMap, PulumiFn } from "@pulumi/pulumi/automation";
import * as path from "node:path";
import type { Emulator } from "../../emulator";
import companyProgram from "../../index";
import { declareResources } from "./resources";

/** A program to measure, with what its stack and its server need. */
export interface Workload {
  readonly name: string;
  /** The main file of a project with this program. */
  readonly source: string;
  /** The same program, run in this process. */
  readonly inline: PulumiFn;
  /** Usernames that the program expects in Pocket ID. */
  readonly people: readonly string[];
  /** More variables for the engine. */
  readonly environment?: Readonly<Record<string, string>>;
  config(pocketId: Emulator, directory: string): ConfigMap;
}

/** A program that loads the SDK and declares nothing. All times are compared with its times. */
export const empty: Workload = {
  name: "empty",
  source: 'require("@pulumi/pulumi");\nmodule.exports = () => {};\n',
  inline: () => Promise.resolve(),
  people: [],
  config: () => ({}),
};

const MEMBERS = { admin: ["alice"], spaceAdmin: ["sam"], user: ["uma"], guest: ["gus"] };

/** The whole guide for one company, with a person in each role: the program of this project. */
export const exampleCompany: Workload = {
  name: "company",
  source: `module.exports = require(${compiled("..", "..", "index.js")});\n`,
  inline: companyProgram,
  people: Object.values(MEMBERS).flat(),
  config: (pocketId, directory) => ({
    "ocis-pocket-id:domain": { value: "company.example" },
    "ocis-pocket-id:issuer": { value: pocketId.issuer },
    "ocis-pocket-id:target": { value: "bundle" },
    "ocis-pocket-id:bundleDirectory": { value: path.join(directory, "bundle") },
    "ocis-pocket-id:members": { value: JSON.stringify(MEMBERS) },
    ...connection(pocketId),
  }),
};

/** A number of groups, claims and clients. */
export function resources(count: number): Workload {
  return {
    name: `resources-${count}`,
    source: `module.exports = () => require(${compiled("resources.js")}).declareResources(${count});\n`,
    inline: () => {
      declareResources(count);
      return Promise.resolve();
    },
    people: [],
    config: connection,
  };
}

function connection({ url, apiKey }: Emulator): ConfigMap {
  return { "pocketid:url": { value: url }, "pocketid:apiKey": { value: apiKey, secret: true } };
}

/** A file of this build, as a JavaScript literal. */
function compiled(...names: string[]): string {
  return JSON.stringify(path.join(__dirname, ...names));
}
