import type { LinkSettings } from './link.js';

/** A pair of Ethernet interfaces: what goes in at one end comes out at the other. */
export interface VethOptions {
  /**
   * The other end, when a pair is made; `netnsPid` or `netnsFd` in it say where. Listings do not repeat it: there,
   * `link` and `linkNetnsId` lead to it.
   */
  readonly peer?: LinkSettings;
}
