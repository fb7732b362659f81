/** What a program needs to declare its connection: loaded in a moment, so that the engine can start its plugin at once. */
export { isConfigSecret } from "./pocket-id/config-secret";
export { CONNECTION_KEYS, connectionProblem } from "./pocket-id/connection";
export { storedKeyProblem } from "./pocket-id/stored-key";
export { PocketIdProvider, type PocketIdProviderArgs } from "./provider";
