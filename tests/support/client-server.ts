import { json, type Reply, type ScriptedServer, scriptedServer } from "./scripted-server";

type Fields = Record<string, unknown>;

/** A server that keeps of OIDC clients whatever it is sent: a Pocket ID that knows more than ours do. */
export interface ClientServer extends ScriptedServer {
  readonly clients: Map<string, Fields>;
  /** How many requests wrote. */
  writes(): number;
}

export async function clientServer(version: string): Promise<ClientServer> {
  const clients = new Map<string, Fields>();
  const reply: Reply = (request, response, body) => {
    const id = decodeURIComponent(/^\/api\/oidc\/clients\/([^?/]+)$/.exec(request.url ?? "")?.[1] ?? "");
    const answer = (status: number, fields: unknown) => {
      json(status, fields)(request, response, body);
    };
    if (request.method === "GET" && id === "") {
      answer(200, { data: [...clients.values()].map(shown), pagination: { totalPages: 1 } });
    } else if (request.method === "GET") {
      const client = clients.get(id);
      answer(client === undefined ? 404 : 200, client === undefined ? {} : shown(client));
    } else {
      const sent = JSON.parse(body) as Fields;
      const client = { ...sent, id: id === "" ? String(sent["id"]) : id };
      clients.set(client.id, client);
      answer(id === "" ? 201 : 200, shown(client));
    }
  };
  const server = await scriptedServer(reply, version);
  const writes = () => server.requests.filter((request) => !request.startsWith("GET")).length;
  return { ...server, clients, writes };
}

/** With the fields that every version shows. */
function shown(client: Fields): Fields {
  return { isPublic: false, pkceEnabled: false, isGroupRestricted: false, allowedUserGroups: [], ...client };
}
