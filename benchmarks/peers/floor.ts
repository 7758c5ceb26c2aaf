import { buildFloor, runFloorHere } from '../lib/floor.js';
import type { Peer } from './peer.js';
import { versionOf } from './shell.js';

/** What the kernel itself takes (see ../floor/README.md); sandboxes of its own, which it does not show to anybody. */
export const floor: Peer = {
  name: 'the floor',
  publishes: false,
  beside: 'nothing but the system calls',
  apart: true,
  version: () => versionOf(/(\d+\.\d+\.\d+)/, 'g++', '--version') && '',
  prepare: () => void buildFloor(),
  async measure(endpoints) {
    const { attach, detach } = runFloorHere(endpoints.length);
    return { attach, detach };
  },
};
