import type { DockerHostSettings } from "@ocis-pocket-id/components/docker-host";
import type { ClusterSettings } from "@ocis-pocket-id/components/kubernetes";
import type { Readable } from "node:stream";
import type { Kind } from "./contents";
import type { Manifest } from "./manifest";
import type { Entry } from "./state";

/** A volume that a backup includes, or a folder of a Docker host. */
export interface Place {
  /** `ocis-data`: component and last part of the volume's name. Unique in a stack. */
  readonly name: string;
  readonly kind: Kind;
  readonly component: string;
  /** A volume's name, a folder's absolute path on the Docker host, or `namespace/claim`. */
  readonly source: string;
  /** Labels of the volume in Docker. */
  readonly labels: Readonly<Record<string, string>>;
}

/**
 * The place of the extended attributes of a volume's files, which tar archives don't have; undefined for a volume without. OpenCloud
 * keeps in them what it knows about files.
 */
export function attributesOf(data: Place): Place | undefined {
  if (data.kind !== "opencloud-data") return undefined;
  return { ...data, name: `${data.component}-attributes`, kind: "opencloud-attributes" };
}

/** Whether a place is a volume itself. */
export const isVolume = ({ kind }: Place) => kind !== "opencloud-attributes";

/** The place of this name whose files are extended attributes, and the name of the volume that they belong to. */
export function attributesIn(places: readonly Place[], name: string) {
  const place = places.find((one) => one.name === name && !isVolume(one));
  const volume = places.find((one) => one.source === place?.source && isVolume(one));
  return place && volume && { place, volume: volume.name };
}

/** For `sh -c`, in the folder of all volumes: writes what `$0` has into the folder `$1`, and back. */
export const WRITE_ATTRIBUTES =
  'mkdir -p "$1" && getfattr --recursive --physical --no-dereference --dump --encoding=base64 --match="^user\\." "$0" >"$1/attributes"';
export const READ_ATTRIBUTES = 'setfattr --no-dereference --restore="$1/attributes"';

/** What of the stack uses such places. */
export interface Service {
  readonly component: string;
  /** A container's name, or `namespace/StatefulSet`. */
  readonly container: string;
  readonly image: string;
  /** Whether a copy of its files is consistent only while it doesn't run. A TLS proxy writes little, and whole files. */
  readonly mustStop: boolean;
  readonly places: readonly Place[];
}

/** What a stack runs, and where. */
export interface Deployment {
  readonly host: Host;
  /** In the order in which they start. */
  readonly services: readonly Service[];
  /** What isn't in a backup, and what to do about it. */
  readonly left: readonly string[];
}

/** Where a stack runs, in a form that another process can use. */
export type Where =
  | { readonly kind: "docker"; readonly settings: DockerHostSettings; readonly access: string }
  | { readonly kind: "kubernetes"; readonly settings: ClusterSettings; readonly pods: readonly string[] };

/** Stops and starts services by their `container`. */
export interface Controls {
  isRunning(service: string): Promise<boolean>;
  /** Returns when it has stopped. */
  stop(service: string): Promise<void>;
  start(service: string): Promise<void>;
  /** The command that starts it by hand. */
  startCommand(service: string): string;
  /** Removes what gives access to volumes, if there is anything. */
  removeAccess(): Promise<void>;
}

/** Files of volumes, as archives. */
export interface Volumes {
  /** The files of one, in a folder of its name. */
  read(name: string): Promise<Readable>;
  /** Unpacks an archive of the same form. */
  write(name: string, archive: Readable): Promise<void>;
  /** Removes what gives access; the volumes stay. A second time, it does nothing. */
  close(): Promise<void>;
}

/** Whatever keeps a stack's files: a Docker host, or a cluster. */
export interface Host extends Controls {
  /** As messages name it: `Docker at unix:///var/run/docker.sock`. */
  readonly name: string;
  readonly where: Where;
  hasVolume(source: string): Promise<boolean>;
  imagesOf(services: readonly Service[]): Promise<Manifest["images"]>;
  /**
   * Opens volumes. They can be read while services run, unless a volume is for one pod only: then reading waits.
   *
   * @throws Error in one line if they are open already
   */
  openVolumes(places: readonly Place[], signal: AbortSignal): Promise<Volumes>;
  /** Leaves word of a backup where an `up` from any machine finds it. */
  record(services: readonly Service[], time: string): Promise<void>;
  /** Makes volumes that aren't there. @returns what removes them, and the files in the others, after a failure */
  makeVolumes(places: readonly Place[]): Promise<() => Promise<void>>;
  /** Stops and removes those of these services that are the stack's. */
  remove(services: readonly string[], report: (line: string) => void): Promise<void>;
  /** Deletes the files in volumes. */
  clear(places: readonly Place[], signal: AbortSignal): Promise<void>;
  /** The commands that delete services and volumes by hand. */
  removalCommands(places: readonly Place[]): string;
  /** State without what isn't there any more, so that the next `up` creates it. */
  reconcile(entries: readonly Entry[]): Promise<Entry[]>;
}
