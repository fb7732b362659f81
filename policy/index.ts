import { PolicyPack } from "@pulumi/policy";
import { POLICIES } from "./pack";

new PolicyPack("ocis-pocket-id", { policies: [...POLICIES], enforcementLevel: "mandatory" });
