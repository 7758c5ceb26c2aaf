const decoder = new TextDecoder();

/**
 * The comment that nft keeps in a table's or rule's user data: type, length and value of each datum, of which the comment
 * has type 0 (NFTNL_UDATA_TABLE_COMMENT, NFTNL_UDATA_RULE_COMMENT in libnftnl/udata.h) and ends in a zero byte.
 */
export function commentIn(userData: Uint8Array | undefined): string | undefined {
  for (let at = 0; userData && at + 2 <= userData.length; ) {
    const [type, length = 0] = userData.subarray(at, at + 2);
    const value = userData.subarray(at + 2, at + 2 + length);
    if (type === 0) {
      return decoder.decode(value.at(-1) === 0 ? value.subarray(0, -1) : value);
    }
    at += 2 + length;
  }
  return undefined;
}
