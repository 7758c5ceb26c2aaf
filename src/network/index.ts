export { defaultNetworkName, isBuiltin } from './builtin.js';
export type { DefaultNetworkOptions } from './default-network.js';
export { deleteLinks } from './delete-links.js';
export type { HostEnd, Network } from './driver.js';
export { defaultRoutes } from './drivers/inside.js';
export { Networks } from './networks.js';
export { unmetOptions } from './options.js';
export { formatMark, isMarkOf, type Mark, parseMark } from './ownership.js';
export type { NetworkSpec } from './spec.js';
