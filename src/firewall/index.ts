export type { Element, Field } from './element.js';
export { elementsOf, endpointElements, linkElements, networkElements, sealedElements } from './elements.js';
export { guardedEndpoints, guardedNetwork, linksOf, modelOf } from './facts.js';
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
export { rememberSealed, sealedOf } from './sealed.js';
