export { DefaultNetwork, defaultNetworkName } from './default-network.js';
export { deleteLinks } from './delete-links.js';
export type { Network } from './network.js';
export { formatMark, isMarkOf, parseMark } from './ownership.js';
