import { randomInt, randomUUID } from "node:crypto";
import { invalidRequest, notFound } from "./errors";
import { Fields } from "./fields";
import { findClient } from "./oidc-clients";
import { type Call, created, noContent, ok, type Reply, route } from "./routes";
import { clientSecret } from "./shapes";
import { now } from "./store";
import { Validation } from "./validation";

export const clientSecretRoutes = [
  route("POST /api/oidc/clients/:id/secret", replaceOnly, { only: "2.9" }),
  route("GET /api/oidc/clients/:id/secrets", (call) => ok(findClient(call).secrets.map(clientSecret)), {
    only: "2.14",
  }),
  route("POST /api/oidc/clients/:id/secrets", add, { only: "2.14" }),
  route("DELETE /api/oidc/clients/:id/secrets/:secretId", remove, { only: "2.14" }),
];

const maxSecrets = 20;
const prefixLength = 4;

/** v2.9 keeps one secret per client: a new one replaces the old. */
function replaceOnly(call: Call): Reply {
  findClient(call);
  return ok({ secret: randomSecret() });
}

function add(call: Call): Reply {
  const fields = new Fields(call.json());
  const given = fields.text("secret");
  const expiresAt = fields.optionalText("expiresAt");
  if (given !== "") {
    new Validation()
      .text("Secret", "secret", given, { min: 16 })
      .text("Secret", "secret", given, { pattern: /^[\x20-\x7e]*$/, code: "printascii" })
      .done();
  }
  if (expiresAt !== null && !(Date.parse(expiresAt) > Date.now())) {
    throw invalidRequest("The expiration date of a client secret must be in the future");
  }
  const client = findClient(call);
  if (client.isPublic) throw invalidRequest("Cannot create a secret for a public client");
  if (client.secrets.length >= maxSecrets) {
    throw invalidRequest(`A client cannot have more than ${maxSecrets} secrets`);
  }
  const secret = given || randomSecret();
  const kept = { id: randomUUID(), prefix: secret.slice(0, prefixLength), createdAt: now(), expiresAt };
  client.secrets.push(kept);
  return created({ ...clientSecret(kept), secret });
}

function remove(call: Call): Reply {
  const client = findClient(call);
  const rest = client.secrets.filter((secret) => secret.id !== call.param("secretId"));
  if (rest.length === client.secrets.length) throw notFound("Client secret");
  client.secrets = rest;
  return noContent;
}

function randomSecret(): string {
  const characters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
  return Array.from({ length: 32 }, () => characters.charAt(randomInt(characters.length))).join("");
}
