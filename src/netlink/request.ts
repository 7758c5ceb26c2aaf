/** One netlink message to be: its number, its NLM_F_* flags beside REQUEST and ACK, and its content by name. */
export interface Request {
  readonly type: number;
  readonly flags: number;
  readonly body: object;
}

/** NLM_F_*: how a request that creates treats what is already there (linux/netlink.h). */
export const NLM_F_REPLACE = 0x100;
export const NLM_F_EXCL = 0x200;
export const NLM_F_CREATE = 0x400;
export const NLM_F_APPEND = 0x800;

/** What a request that creates is to do when the object exists already. */
export type IfExists = 'fail' | 'replace' | 'append';

/** The flags of a creating request. */
export function creationFlags(ifExists: IfExists = 'fail'): number {
  return NLM_F_CREATE | { fail: NLM_F_EXCL, replace: NLM_F_REPLACE, append: NLM_F_APPEND }[ifExists];
}
