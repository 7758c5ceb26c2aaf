export { nameServerAddresses, networkHasNames } from './dns/names-of.js';
