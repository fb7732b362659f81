import * as config from "@pulumi/pulumi/runtime/config";

/** The SDK exports it, and leaves it out of its types. An SDK without it can't tell: then every key counts as a secret. */
const { isConfigSecret: isSecret = () => true } = config as typeof config & {
  isConfigSecret?: (key: string) => boolean;
};

/** Whether a value of the stack's configuration is stored as a secret. */
export function isConfigSecret(key: string): boolean {
  return isSecret(key);
}
