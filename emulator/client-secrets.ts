import { randomInt, randomUUID } from "node:crypto";
import { invalidRequest, notFound } from "./errors";
import { Fields } from "./fields";
import { findClient } from "./oidc-clients";
import type { Call, Reply, Route } from "./routes";
import { clientSecret } from "./shapes";
import { now } from "./times";
import { Validation } from "./validation";

export const clientSecretRoutes: Route[] = [
  { method: "POST", path: "/api/oidc/clients/:id/secret", access: "admin", only: "2.9", handle: replaceOnly },
  { method: "GET", path: "/api/oidc/clients/:id/secrets", access: "admin", only: "2.14", handle: list },
  { method: "POST", path: "/api/oidc/clients/:id/secrets", access: "admin", only: "2.14", handle: add },
  {
    method: "DELETE",
    path: "/api/oidc/clients/:id/secrets/:secretId",
    access: "admin",
    only: "2.14",
    handle: remove,
  },
];

const maxSecrets = 20;
const prefixLength = 4;

/** v2.9 keeps one secret per client: a new one replaces the old. */
function replaceOnly(call: Call): Reply {
  findClient(call);
  return { status: 200, body: { secret: randomSecret() } };
}

function list(call: Call): Reply {
  return { status: 200, body: findClient(call).secrets.map(clientSecret) };
}

function add(call: Call): Reply {
  const fields = new Fields(call.json());
  const given = fields.text("secret");
  const expiresAt = fields.optionalText("expiresAt");
  if (given !== "") {
    const printable = {
      holds: (text: string) => /^[\x20-\x7e]*$/.test(text),
      code: "printascii",
      message: "is invalid",
    };
    new Validation()
      .text("Secret", "secret", given, { min: 16 })
      .text("Secret", "secret", given, { test: printable })
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
  return { status: 201, body: { ...clientSecret(kept), secret } };
}

function remove(call: Call): Reply {
  const client = findClient(call);
  const rest = client.secrets.filter((secret) => secret.id !== call.param("secretId"));
  if (rest.length === client.secrets.length) throw notFound("Client secret");
  client.secrets = rest;
  return { status: 204 };
}

function randomSecret(): string {
  const characters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
  return Array.from({ length: 32 }, () => characters.charAt(randomInt(characters.length))).join("");
}
