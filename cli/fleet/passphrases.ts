import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";

/**
 * The variables that open one company's secrets, over those of this process. In this order: the company's file in the
 * folder; `PULUMI_CONFIG_PASSPHRASE_<COMPANY>`; or whatever this process has for all. Stacks with a secrets provider (a
 * key of a cloud, Pulumi Cloud) need none.
 */
export async function passphraseOf(
  company: string,
  folder: string | undefined,
): Promise<Record<string, string>> {
  const file = folder === undefined ? undefined : join(folder, company);
  const passphrase =
    file !== undefined && existsSync(file)
      ? (await readFile(file, "utf8")).replace(/\r?\n$/, "")
      : process.env[passphraseVariable(company)];
  if (passphrase === undefined) return {};
  return { PULUMI_CONFIG_PASSPHRASE: passphrase, PULUMI_CONFIG_PASSPHRASE_FILE: "" };
}

/** `PULUMI_CONFIG_PASSPHRASE_COMPANY_A` for `company-a`. */
export function passphraseVariable(company: string): string {
  return `PULUMI_CONFIG_PASSPHRASE_${company.toUpperCase().replace(/[^A-Z0-9]/g, "_")}`;
}
