export { DefaultNetwork, type DefaultNetworkOptions, defaultNetworkName } from './default-network.js';
export { deleteLinks } from './delete-links.js';
export type { Network } from './network.js';
export { formatMark, isMarkOf, type Mark, parseMark } from './ownership.js';
