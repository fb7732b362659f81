// An ES module gets the same names, without a default import in between.
import { OcisWithPocketId, DEFAULT_OCIS_IMAGE } from "@ocis-pocket-id/components";
import { OidcClient, UserGroup } from "@ocis-pocket-id/providers";
import { userGroup } from "@ocis-pocket-id/providers/handlers";

const kinds = [OcisWithPocketId, OidcClient, UserGroup, userGroup.create].map((thing) => typeof thing);
console.log(JSON.stringify({ kinds, image: typeof DEFAULT_OCIS_IMAGE }));
