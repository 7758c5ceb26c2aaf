export type { FirewallBackend } from './backend.js';
export { additions, type Change, difference } from './change.js';
export type { Element, Field } from './element.js';
export { elementsOf, endpointElements, linkElements, networkElements, sealedElements } from './elements.js';
export { guardedEndpoints, guardedNetwork, linksOf, modelOf, publishingEndpoint } from './facts.js';
export { Firewall } from './firewall.js';
export { type IptablesTexts, renderIptables } from './iptables/render.js';
export { localPorts } from './local-ports.js';
export type {
  FirewallModel,
  GuardedEndpoint,
  GuardedLink,
  GuardedNetwork,
  GuardedSubnet,
  Passage,
  Sealed,
} from './model.js';
export { type FirewallNames, firewallNames } from './names.js';
export { type RawSet, rawElements } from './nftables/raw.js';
export { fixedGuard, fixedRuleset, renderGuard, renderNftables, tableComment } from './nftables/render.js';
export { hasReserved, reservePorts } from './reserved-ports.js';
export { seal, sealedOf } from './sealed.js';
