import { testCluster } from "../support/kubectl";

const VARIABLES = { pocketId: "TEST_POCKET_ID_IMAGE", caddy: "TEST_CADDY_IMAGE" } as const;

/** What a test with real servers in Kubernetes needs. */
export interface KubernetesParts {
  readonly kubeconfig: string;
  readonly images: { readonly ocis: string; readonly pocketId: string; readonly caddy: string };
  /** What is missing, in one line; undefined if nothing is. */
  readonly missing: string | undefined;
}

/**
 * The cluster and the images that the environment names. Prints what is missing for a test.
 *
 * @param what the test, as it is printed: `logins in Kubernetes`
 * @param ocis the variable that names the image of oCIS, or of OpenCloud in its place
 */
export function kubernetesParts(what: string, ocis = "TEST_OCIS_IMAGE"): KubernetesParts {
  const found = testCluster();
  const variables = { ...VARIABLES, ocis };
  const image = (part: keyof typeof variables) => process.env[variables[part]] ?? "";
  const images = { ocis: image("ocis"), pocketId: image("pocketId"), caddy: image("caddy") };
  const names = Object.values(variables).sort().join(", ");
  const missing =
    "missing" in found
      ? found.missing
      : Object.values(images).includes("")
        ? `${names} must name images of its nodes`
        : undefined;
  if (missing !== undefined) console.log(`The test of ${what} is skipped: ${missing}`);
  return { kubeconfig: "kubeconfig" in found ? found.kubeconfig : "", images, missing };
}
