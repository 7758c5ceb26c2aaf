#pragma once

#include "netlink/schema.h"

// For tests only: a table with one attribute of each kind.

namespace netplumb::testing {

extern const Schema allKinds;

namespace all_kinds {

inline constexpr HeaderField kPairMembers[] = {{"first", Kind::u16, 0}, {"second", Kind::be16, 2}};
inline constexpr Schema kPair{.name = "pair", .headerSize = 4, .header = kPairMembers};

inline constexpr Field kInsideFields[] = {{1, "number", Kind::u8}, {2, "again", Kind::nest, &allKinds}};
inline constexpr Schema kInside{.name = "inside", .fields = kInsideFields};

inline constexpr Field kItemFields[] = {{5, "item", Kind::string, nullptr, 4}};
inline constexpr Schema kItems{.name = "items", .fields = kItemFields};

inline constexpr HeaderField kHopMembers[] = {{"weight", Kind::u8, 3}};
inline constexpr Field kHopFields[] = {{1, "number", Kind::u8}};
inline constexpr Schema kHop{"hop", 4, kHopMembers, kHopFields};

inline constexpr Field kOptionFields[] = {{1, "one", Kind::s32}, {3, "three", Kind::s32}};
inline constexpr Schema kOptions{.name = "options", .fields = kOptionFields};

inline constexpr Choice kChoices[] = {{"inside", &kInside}, {"pair", &kPair}};
inline constexpr Choice kByFamily[] = {{"7", &kInside}, {"", &kOptions}};

inline constexpr HeaderField kHeader[] = {{"family", Kind::u8, 0}, {"serial", Kind::u64, 8}};

inline constexpr Field kAllFields[] = {
    {1, "u8", Kind::u8},
    {2, "u16", Kind::u16},
    {3, "u32", Kind::u32},
    {4, "s32", Kind::s32},
    {5, "u64", Kind::u64},
    {6, "be16", Kind::be16},
    {7, "be32", Kind::be32},
    {8, "be64", Kind::be64},
    {9, "flag", Kind::flag},
    {10, "string", Kind::string},
    {11, "bytes", Kind::bytes},
    {12, "hardware", Kind::hardware},
    {13, "ip", Kind::ip},
    {14, "via", Kind::via},
    {15, "record", Kind::record, &kPair},
    {16, "nest", Kind::nest, &kInside},
    {17, "message", Kind::message, &kHop},
    {18, "list", Kind::list, &kItems},
    {.type = 19, .name = "selected", .kind = Kind::selected, .selector = "string", .choices = kChoices},
    {20, "hops", Kind::hops, &kHop},
    {21, "indexed", Kind::indexed, &kOptions},
    {.type = 22, .name = "byFamily", .kind = Kind::selected, .selector = "family", .choices = kByFamily},
    {23, "limited", Kind::u32, nullptr, 1000},
    {24, "short", Kind::string, nullptr, 4},
    {25, "ipv4", Kind::ip, nullptr, 4},
    {26, "wrapped", Kind::wrapped, &kItems},
};

}  // namespace all_kinds

inline constexpr Schema allKinds{"all kinds", 16, all_kinds::kHeader, all_kinds::kAllFields};
inline constexpr MessageType kAllKinds{0x1234, "TEST", &allKinds};

}  // namespace netplumb::testing
