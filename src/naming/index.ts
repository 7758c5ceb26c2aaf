export { nameServerAddresses, networkHasNames } from './dns/names-of.js';
export { linkEnvironment } from './files/environment.js';
export { filesHolder, linkedTo } from './files/facts.js';

export { type NameFilePaths, nameFilePaths } from './files/paths.js';
export type { NamingDefaults } from './files/texts.js';
export { Naming } from './naming.js';
