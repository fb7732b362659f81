/** Where oCIS keeps its data: names of volumes, or absolute paths of folders on the Docker host. */
export interface DataPlan {
  readonly owner: string;
  readonly configVolume: string;
  readonly dataVolume: string;
  readonly adoptVolumes: boolean;
  readonly allowEmptyVolumes: boolean;
}

/** What state has of the last `up`; empty at first. */
export interface KnownData {
  readonly configVolume?: unknown;
  readonly dataVolume?: unknown;
  /** The address of Docker. */
  readonly url?: unknown;
  /** Whether both folders held files of oCIS. */
  readonly filled?: unknown;
}
