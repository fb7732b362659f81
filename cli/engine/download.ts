import { ENGINE_VERSION } from "./cache";
import { putIntoCache } from "./cached";
import { installCommand } from "./command";
import type { Road } from "./engine";
import { tick } from "./reason";

/** The official CLI from get.pulumi.com, installed by the Automation API. */
export const downloaded: Road = {
  name: "download from get.pulumi.com",
  async find(search) {
    search.progress(`Downloading the Pulumi CLI ${ENGINE_VERSION} from get.pulumi.com`);
    const stop = tick((seconds) => {
      search.progress(`Downloading the Pulumi CLI: ${seconds} s`);
    });
    try {
      return await putIntoCache(search, "downloaded", (root) => installCommand(search.cache, root));
    } finally {
      stop();
    }
  },
};
