import { creationFlags, type Listing, type Request } from './request.js';
import { RouteTable } from './route.js';

export const RTM_NEWRULE = 32;
export const RTM_DELRULE = 33;
export const RTM_GETRULE = 34;

/** FR_ACT_* (linux/fib_rules.h): what a rule does with packets that fit it. */
export const RuleAction = { toTable: 1, goto: 2, nop: 3, blackhole: 6, unreachable: 7, prohibit: 8 } as const;

/** FIB_RULE_* (linux/fib_rules.h). `invert`: for the packets that do not fit. */
export const RuleFlag = { permanent: 1, invert: 2, unresolved: 4, iifDetached: 8, oifDetached: 16 } as const;

/** A rule of policy routing, as given and as listed. What it leaves out fits every packet. */
export interface Rule {
  /** AF_INET or AF_INET6. */
  readonly family: number;
  /** Rules are tried in the order of these. Given out by the kernel when absent. */
  readonly priority?: number;
  /** RuleAction. */
  readonly action?: number;
  /** RouteTable, or any other number: where `toTable` looks. */
  readonly table?: number;
  /** The priority of the rule at which `goto` goes on. */
  readonly goto?: number;
  /** RuleFlag. */
  readonly flags?: number;
  readonly src?: string;
  readonly srcLength?: number;
  readonly dst?: string;
  readonly dstLength?: number;
  readonly tos?: number;
  readonly iifName?: string;
  readonly oifName?: string;
  readonly fwmark?: number;
  /** The bits of the mark that count. */
  readonly fwmask?: number;
  readonly uidRange?: RuleRange;
  readonly ipProto?: number;
  readonly sportRange?: RuleRange;
  readonly dportRange?: RuleRange;
  /** 1: the table is that of the interface's VRF. */
  readonly l3mdev?: number;
  readonly tunId?: bigint;
  readonly realms?: number;
  /** Routes through interfaces of this group do not count; -1: all do. */
  readonly suppressIfGroup?: number;
  /** Routes with prefixes of this length or shorter do not count; -1: all do. */
  readonly suppressPrefixLength?: number;
  /** RouteProtocol. */
  readonly protocol?: number;
}

/** Both ends belong to it. */
export interface RuleRange {
  readonly start: number;
  readonly end: number;
}

/** The request that adds a rule: one that leads to the main table, unless told otherwise. */
export function newRule(rule: Rule): Request<undefined> {
  const body = { action: RuleAction.toTable, table: RouteTable.main, ...rule };
  return { type: RTM_NEWRULE, flags: creationFlags(), body };
}

/** The request that removes the first rule that fits: name its priority, lest it be one of the kernel's own. */
export function deleteRule(rule: Rule): Request<undefined> {
  return { type: RTM_DELRULE, flags: 0, body: rule };
}

/** The request that lists the rules of one family. */
export function listRules({ family }: { readonly family: number }): Listing<Rule> {
  return { type: RTM_GETRULE, flags: 0, body: { family } };
}
