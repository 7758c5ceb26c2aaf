#pragma once

#include <doctest/doctest.h>

#include <cstring>
#include <string>
#include <utility>

#include "netlink/result.h"

// For tests only.

namespace netplumb::testing {

inline std::string show(const Error& error) {
  return error.operation + " " + error.object + ": " + std::strerror(error.number) + " (" + error.message + ") " +
         error.attribute;
}

/// What must have worked.
template <typename T>
T must(Result<T> result) {
  REQUIRE_MESSAGE(result.ok(), show(result.error()));
  return std::move(*result);
}

/// What must have failed.
template <typename T>
Error mustFail(const Result<T>& result) {
  REQUIRE_FALSE(result.ok());
  return result.error();
}

}  // namespace netplumb::testing
