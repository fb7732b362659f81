import * as config from "@pulumi/pulumi/runtime/config";
import { CONNECTION_KEYS } from "./connection";

/** The SDK exports it, and leaves it out of its types. With an SDK that lacks it, every key counts as a secret. */
const { isConfigSecret: isSecret = () => true } = config as typeof config & {
  isConfigSecret?: (key: string) => boolean;
};

/** The problem with an API key that the stack's configuration has in clear; undefined if it is a secret or not set. */
export function storedKeyProblem(): string | undefined {
  const stored = config.getConfig(CONNECTION_KEYS.apiKey);
  if (stored === undefined || stored.trim() === "" || isConfigSecret(CONNECTION_KEYS.apiKey))
    return undefined;
  return (
    "is stored in clear, where anyone who sees the stack's file can read it: make a new key in Pocket ID (Administration > " +
    `API Keys), store it with \`pulumi config set --secret ${CONNECTION_KEYS.apiKey}\`, and delete the old one in Pocket ID`
  );
}

/** Whether a value of the stack's configuration is stored as a secret. */
export function isConfigSecret(key: string): boolean {
  return isSecret(key);
}
