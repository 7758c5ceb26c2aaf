/** What a message is answered with: known to the compiler alone, so that answers need not be told their types. */
declare const answer: unique symbol;

/** One netlink message to be: its number, its NLM_F_* flags beside REQUEST and ACK, and its content by name. */
interface Message {
  readonly type: number;
  readonly flags: number;
  readonly body: object;
}

/** A message that is answered once: with a `Reply`, or (undefined) with an acknowledgement alone. */
export interface Request<Reply = unknown> extends Message {
  readonly [answer]?: { readonly reply: Reply };
}

/** A message that is answered with every object that fits it. */
export interface Listing<Item = unknown> extends Message {
  readonly [answer]?: { readonly item: Item };
}

/** NLM_F_*: how a request that creates treats what is already there (linux/netlink.h). */
export const NLM_F_REPLACE = 0x100;
export const NLM_F_EXCL = 0x200;
export const NLM_F_CREATE = 0x400;
export const NLM_F_APPEND = 0x800;

/**
 * What a request that creates is to do when the object exists already: be refused with EEXIST, take its place, or stand
 * beside it.
 */
export type IfExists = 'fail' | 'replace' | 'append';

const flagOf: Readonly<Record<IfExists, number>> = {
  fail: NLM_F_EXCL,
  replace: NLM_F_REPLACE,
  append: NLM_F_APPEND,
};

/** The flags of a creating request. */
export function creationFlags(ifExists: IfExists = 'fail'): number {
  return NLM_F_CREATE | flagOf[ifExists];
}
