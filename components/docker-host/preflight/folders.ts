import { readdir } from "node:fs/promises";
import { PRODUCTS } from "../../settings/products";

/** Their configuration, whichever product it is. */
const CONFIGURATIONS = Object.keys(PRODUCTS).map((key) => `${key}.yaml`);

/** Whether both folders hold files of a product. */
export async function areFilled(config: string, data: string): Promise<boolean> {
  return (await hasConfiguration(config)) && (await holdsFiles(data));
}

/** Whether one of the folders holds files of oCIS. */
export async function holdsOcis(config: string, data: string): Promise<boolean> {
  return (await hasConfiguration(config)) || (await holdsFiles(data));
}

/** Whether a folder holds a configuration. */
export const hasConfiguration = async (config: string) =>
  (await namesIn(config)).some((name) => CONFIGURATIONS.includes(name));

/** Whether a folder holds files. */
export const holdsFiles = async (data: string) => (await namesIn(data)).some((name) => name !== "lost+found");

async function namesIn(folder: string): Promise<string[]> {
  try {
    return await readdir(folder);
  } catch {
    return [];
  }
}
